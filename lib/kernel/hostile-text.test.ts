import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { excerpt, inspect, reveal } from './hostile-text'

const shown = (text: string) =>
  reveal(text)
    .map(one => (one.token ? `[${one.text}${one.count > 1 ? `×${one.count}` : ''}]` : one.text))
    .join('')

describe('reveal', () => {
  test('U03 every Cc, Cf and bidi control of Unicode becomes a visible token', () => {
    for (let code = 0; code <= 0x10ffff; code++) {
      const character = String.fromCodePoint(code)
      if (!/[\p{Cc}\p{Cf}]/u.test(character) || character === '\n' || character === '\t') continue
      const [first, middle] = reveal(`a${character}b`)
      expect(first?.text).toBe('a')
      expect(middle?.token, `U+${code.toString(16)}`).toContain(`U+${code.toString(16).toUpperCase().padStart(4, '0')}`)
      expect(middle?.kind).not.toBe('text')
    }
  })

  test('U03 a direction override is named', () => {
    expect(shown('pay\u202egpj.exe')).toBe('pay[U+202E RLO]gpj.exe')
    expect(reveal('\u202e')[0]?.kind).toBe('bidi')
  })

  test('U04 zero width, tags, variation selectors and fillers become visible tokens with a count', () => {
    const hidden = [
      '\u200b',
      '\u2060',
      '\ufeff',
      '\u00ad',
      '\u034f',
      '\u115f',
      '\u1160',
      '\u3164',
      '\uffa0',
      '\u2800',
      '\u180b',
      '\u17b4',
      '\u{e0041}',
      '\u{e0100}',
      '\ufe0f',
      '\u2065',
    ]
    for (let i = 0; i < 16; i++) hidden.push(String.fromCodePoint(0xfe00 + i))
    for (let i = 0; i < 240; i++) hidden.push(String.fromCodePoint(0xe0100 + i))
    for (const character of hidden) {
      const [, token] = reveal(`a${character.repeat(7)}b`)
      expect(token, JSON.stringify(character)).toMatchObject({ kind: 'invisible', count: 7, raw: character.repeat(7) })
    }
    expect(shown('\u{e0068}\u{e0069}')).toBe('[U+E0068 TAG h][U+E0069 TAG i]')
  })

  test('U05 a letter of another script among Latin ones is named, and Russian or Greek text stays as it is', () => {
    expect(shown('p\u0430ypal.com')).toBe('p[\u0430 U+0430]ypal.com')
    expect(shown('\u0430\u0440\u0440\u04cf\u0435.com')).toContain('U+0440')
    expect(shown('Привет, а это Москва и Ελλάδα')).toBe('Привет, а это Москва и Ελλάδα')
  })

  test('U06 a run of white space is one counted token, and what follows it stays next to it', () => {
    expect(shown(`safe${'\n'.repeat(10_000)}rm -rf`)).toBe('safe[⏎×10000]rm -rf')
    expect(shown(`a${' '.repeat(10_000)}b`)).toBe('a[␣×10000]b')
    expect(shown('a\n\nb  c\td\r\ne')).toBe('a\n\nb  c\td\r\ne')
    expect(shown('a\u00a0b\rc')).toBe('a[U+00A0 NBSP]b[U+000D CR]c')
  })

  test('nothing is lost: the pieces together are the text, and no piece shown as text hides anything', () => {
    const nasty = fc.array(
      fc.oneof(
        fc.string({ unit: 'binary' }),
        fc.constantFrom('\u202e', '\u200b', '\ud800', '    ', '\r\n', 'а', 'a', '\u{e0041}'),
      ),
      { maxLength: 30 },
    )
    fc.assert(
      fc.property(nasty, parts => {
        const text = parts.join('')
        const segments = reveal(text)
        expect(segments.map(one => one.raw).join('')).toBe(text)
        for (const one of segments)
          if (one.kind === 'text')
            expect(one.raw.replace(/[\n\t]|\r\n/g, '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}]/u)
      }),
    )
  })

  test('a megabyte is revealed in well under a second', () => {
    const before = performance.now()
    reveal('\u200bx '.repeat(330_000))
    expect(performance.now() - before).toBeLessThan(2_000)
  })
})

describe('inspect', () => {
  test('U05 counts what cannot be seen and names look-alikes and punycode', () => {
    expect(inspect('p\u0430y\u200b\u202e to a@p\u0430ypal.com')).toMatchObject({
      invisible: 1,
      bidi: 1,
      mixedScript: true,
      lookalikes: [{ char: '\u0430', codepoint: 'U+0430', like: 'a' }],
      hosts: [{ written: 'a@p\u0430ypal.com', host: 'xn--pypal-4ve.com', disguised: false }],
    })
  })

  test('U19 the host of a disguised address is the one a machine would go to', () => {
    expect(inspect('see https://bank.example@evil.example/pay').hosts).toEqual([
      { written: 'https://bank.example@evil.example/pay', host: 'evil.example', disguised: true },
    ])
  })
})

test('excerpt never cuts a character in two and says how much is left', () => {
  expect(excerpt('a😀b', 2)).toEqual({ text: 'a😀', rest: 1 })
  expect(excerpt('ab', 2)).toEqual({ text: 'ab', rest: 0 })
})
