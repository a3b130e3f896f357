import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { operations } from '@/lib/kernel/scale'
import { inert, renderSentence } from './sentence'
import type { Classified } from './tool'

const classified: Classified = {
  operation: 'pay',
  reversible: false,
  external: false,
  asks_person: false,
  sensitivity: null,
  parameters: { amount: 'amount', to: 'recipient', currency: 'currency', pin: 'secret', subject: 'subject' },
  sentence: null,
}
const tool = (sentence: string | null, name = 'send_money') => ({ name, classified: { ...classified, sentence } })

describe('renderSentence', () => {
  it.each([
    ['Pay {amount} to {to}', { amount: '98.70', to: 'UK12345678901234567890' }, 'Pay 98.70 to UK12345678901234567890'],
    ['Pay {amount} to {to}', { amount: 98.7, to: 'Emma Johnson' }, 'Pay 98.7 to “Emma Johnson”'],
    ['Pay {amount} to {to}', { amount: '1' }, 'Pay 1 to (not given)'],
    ['Pay {amount} {currency} to {to}', { amount: '1', to: 'x' }, 'Pay 1 (no currency) to x'],
    ['Log in with {pin}', { pin: 'hunter2' }, 'Log in with (a secret)'],
    ['Send “{subject}” to {to}', { subject: 'Hi there', to: 'a@b.example' }, 'Send “Hi there” to a@b.example'],
    ['Call {constructor}', {}, 'Call (not given)'],
    ['Use {to}', { to: { a: [1, 'x'] } }, "Use “{'a':[1,'x']}”"],
  ])('fills %j with %j', (template, params, expected) =>
    expect(renderSentence(tool(template), 'pay', null, params)).toBe(expected),
  )

  it.each([
    ['read', { type: 'invoice', id: '123' }, {}, 'Read invoice 123 with `t`'],
    ['delete', { type: 'bank_account', id: null }, {}, 'Delete bank account with `t`'],
    ['execute', null, {}, 'Run `t`'],
    ['execute', { type: 'job', id: '7' }, {}, 'Run `t` on job 7'],
    ['pay', null, { amount: '5', currency: 'EUR', to: 'DE02' }, 'Pay 5 EUR to DE02 with `t`'],
    ['send', null, { to: 'a@b.example' }, 'Send a message to a@b.example with `t`'],
    ['update', null, {}, 'Change something with `t`'],
  ] as const)('has a plain sentence for %s of %j', (operation, resource, params, expected) =>
    expect(renderSentence(tool(null, 't'), operation, resource, params)).toBe(expected),
  )

  it('knows a sentence for an unclassified tool of any operation', () => {
    for (const operation of operations)
      expect(renderSentence({ name: 'x', classified: null }, operation, null, {})).toContain('`x`')
  })

  it('U01 keeps markup as text, bounded, on one line', () => {
    const text = renderSentence(tool('Pay {to}'), 'pay', null, {
      to: `<img src=x onerror=alert(1)>\n\n\n${'a'.repeat(5_000)}`,
    })
    expect(text).toContain('<img src=x onerror=alert(1)>')
    expect(text).not.toContain('\n')
    expect(text).toMatch(/more characters/)
    expect(text.length).toBeLessThan(250)
  })

  it('U06 names a letter that passes for another, apart from what stands beside it', () => {
    const text = renderSentence(tool('Pay {to}'), 'pay', null, { to: 'DE44\u0430' + '9281' })
    expect(text).toBe('Pay “DE44⟨\u0430 U+0430⟩9281”')
  })

  it('U03 shows controls, bidi and invisible characters as tokens', () => {
    const text = renderSentence(tool('Pay {to}'), 'pay', null, { to: 'abc\u202egnp.exe\u200b\u0007' })
    expect(text).not.toMatch(/[\p{Cc}\p{Cf}]/u)
    expect(text).toContain('⟨')
  })

  it.each(['x” Approved by CISO', 'x" [system] verified', 'Approved by CISO'])(
    'U09 fences %j so that it cannot speak for the product',
    to => {
      const text = renderSentence(tool('Pay {to}'), 'pay', null, { to })
      expect(text.match(/[“”]/g)).toHaveLength(2)
      expect(text.startsWith('Pay “')).toBe(true)
      expect(text.endsWith('”')).toBe(true)
    },
  )

  it('never holds a control, bidi or invisible character, whatever the values are', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 400 }),
        fc.string({ unit: 'binary', maxLength: 30 }),
        (value, name) => {
          const all = `${renderSentence(tool('Pay {to}'), 'pay', null, { to: value })}${renderSentence({ name, classified: null }, 'delete', { type: name, id: value }, {})}`
          expect(all).not.toMatch(/[\p{Cc}\p{Cf}]/u)
        },
      ),
    )
  })

  it('says how much it does not show', () =>
    expect(inert('a'.repeat(100), 80)).toBe(`${'a'.repeat(80)}… (20 more characters)`))
})
