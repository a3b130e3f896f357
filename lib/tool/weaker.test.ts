import { describe, expect, it } from 'vitest'
import { type Classified, meanings } from './tool'
import { isWeaker } from './weaker'

const pay: Classified = {
  operation: 'pay',
  reversible: false,
  external: true,
  asks_person: false,
  sensitivity: 'confidential',
  parameters: { amount: 'amount', to: 'recipient' },
  sentence: null,
}
const table: readonly (readonly [string, Partial<Classified>, boolean])[] = [
  ['nothing', {}, false],
  ['the sentence', { sentence: 'Pay {amount}' }, false],
  ['a lighter operation', { operation: 'read' }, true],
  ['another operation of the same weight', { operation: 'delete' }, true],
  ['reversible', { reversible: true }, true],
  ['not external any more', { external: false }, true],
  ['asks a person', { asks_person: true }, true],
  ['less sensitive', { sensitivity: 'internal' }, true],
  ['more sensitive', { sensitivity: 'restricted' }, false],
  ['unknown sensitivity, which counts as restricted', { sensitivity: null }, false],
  ['no amount any more', { parameters: { to: 'recipient' } }, true],
  ['another amount', { parameters: { to: 'amount' } }, true],
  ['no recipient any more', { parameters: { amount: 'amount' } }, true],
  ['a recipient that is anything', { parameters: { amount: 'amount', to: 'other' } }, true],
  ['one more meaning', { parameters: { amount: 'amount', to: 'recipient', cur: 'currency' } }, false],
]
describe('isWeaker', () => {
  it.each(table)('%s', (_what, change, weaker) => expect(isWeaker(pay, { ...pay, ...change })).toBe(weaker))
  it.each(meanings.filter(one => one !== 'other'))('“%s” that is said no more', meaning => {
    const said = { ...pay, parameters: { x: meaning } }
    expect(isWeaker(said, { ...said, parameters: { x: 'other' } })).toBe(true)
    expect(isWeaker({ ...said, parameters: { x: 'other' } }, said)).toBe(false)
  })
  it.each(['currency', 'resource_id'] as const)('one more “%s” beside the one that counts', meaning => {
    const said = { ...pay, parameters: { b: meaning } }
    expect(isWeaker(said, { ...said, parameters: { a: meaning, b: meaning } })).toBe(true)
  })
  it('a heavier operation is no weaker one', () => expect(isWeaker({ ...pay, operation: 'read' }, pay)).toBe(false))
  it('from unknown to any sensitivity below restricted is weaker', () =>
    expect(isWeaker({ ...pay, sensitivity: null }, { ...pay, sensitivity: 'confidential' })).toBe(true))
})
