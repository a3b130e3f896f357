import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { skeleton } from './confusable'
import { lookalike } from './lookalike'

describe('U18 a name that can be mistaken for another has its skeleton', () => {
  test.each([
    'Payroll-Bot (verified)',
    'PAYROLL BOT',
    'payroll_bot',
    'P\u0430yroll B\u043et',
    'Payro11 Bot',
    'PayroII Bot',
    'Ｐａｙｒｏｌｌ Bot',
    '𝐏𝐚𝐲𝐫𝐨𝐥𝐥 Bot',
    'Payroll\u200b Bot',
    'Official Payroll.Bot',
    'Payroll official Bot',
    'Payroll Bot — verified, approved',
    'Payroll Bot [ver1fied]',
    'Payroll Bot !verified!',
    'Payroll Bot ver!fied',
    'Payroll Bot v\u0435rified',
    'PayrollBotVerified',
    'Payroll Bot ✅',
    'Páyroll Bot',
    'Pαyroll Bot',
    'РАҮRОLL ВОТ',
    'Payroll Bо\u0442',
    'Payroll B0t',
    'P@yroll Bot',
    'Payr\u00f8ll Bot',
    'Payroll  Bot\u3000',
    '\u202ePayroll Bot',
    'Payroll\u{e0041} Bot\ufe0f',
  ])('%s', name => {
    expect(skeleton(name)).toBe(skeleton('Payroll Bot'))
  })

  test.each([
    ['rnodern', 'modern'],
    ['vvorker', 'worker'],
    ['sales-5', 'sales-S'],
    ['\u041c\u043e\u0441\u043a\u0432\u0430', '\u041c\u041e\u0421\u041a\u0412\u0410'],
  ])('%s passes for %s', (one, other) => {
    expect(skeleton(one)).toBe(skeleton(other))
  })

  test.each(['Payroll Bot 2', 'Payment Bot', 'Payroll', 'Бухгалтер', '財務', 'Payroll Bot, unverified copy'])(
    '%s is a name of its own',
    name => {
      expect(skeleton(name)).not.toBe(skeleton('Payroll Bot'))
      expect(skeleton(name)).not.toBe('')
    },
  )

  test('a name of nothing but claims keeps them', () => {
    expect(skeleton('Verified')).not.toBe('')
    expect(skeleton('Verified')).not.toBe(skeleton('Official'))
  })

  test('no name is without one, and what an eye passes over never changes it', () => {
    const blank = fc.constantFrom(' ', '-', '_', '.', '\u200b', '\u2060', '\u202e', '\u00ad', '\u3164')
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z]{2,12}$/), fc.nat(12), blank, (name, at, between) => {
        expect(skeleton(name)).not.toBe('')
        expect(skeleton(name.toUpperCase())).toBe(skeleton(name))
        expect(skeleton(name.slice(0, at) + between + name.slice(at))).toBe(skeleton(name))
      }),
    )
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), name => {
        expect(skeleton(name)).not.toBe('')
      }),
    )
  })
})

test.each([
  ['\u0430', 'a'],
  ['\u0440', 'p'],
  ['\u04cf', 'l'],
  ['\u03bf', 'o'],
  ['\u0391', 'A'],
  ['Ꭺ', 'A'],
  ['ｍ', 'm'],
  ['𝖺', 'a'],
  ['ⓐ', 'a'],
  ['ɡ', 'g'],
])('U05 %s looks like %s', (character, latin) => {
  expect(lookalike(character)).toBe(latin)
})

test('U05 no letter of ASCII, and no ordinary letter of another script, is a look-alike', () => {
  for (const character of 'aZ09~ éüßøжщяλψ財あ') expect(lookalike(character)).toBeNull()
})
