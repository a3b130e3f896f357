import fc from 'fast-check'
import { expect, inject, test } from 'vitest'
import { classifications } from '@/lib/kernel/scale'
import { after, enter, merged, type SessionState, type Used, unseen } from './session'
import type { Source } from './source'

const runs = { numRuns: 300 * inject('scale'), seed: inject('seed') }
const read: Used = {
  tool: 'get',
  operation: 'read',
  classification: 'confidential',
  status: 'allowed',
  untrusted_text: false,
}
const source = (kind: Source['kind'], text = 'x'): Source => ({ kind, reported_by: 'agent', ref: null, text })

const used: fc.Arbitrary<Used> = fc.record({
  tool: fc.constantFrom('a', 'b', 'c', 'd'),
  operation: fc.constantFrom('read', 'pay', 'send'),
  classification: fc.constantFrom(...classifications),
  status: fc.constantFrom('held', 'allowed', 'denied'),
  untrusted_text: fc.boolean(),
})
const state: fc.Arbitrary<SessionState> = fc.array(used, { maxLength: 6 }).map(all => all.reduce(after, unseen))

test('a session remembers tools, the highest classification that was read, and that untrusted text came in', () => {
  const one = after(enter(unseen, [source('tool_result')]), read)
  expect(one).toEqual({ highest: 'confidential', untrusted: true, led: false, tools: ['get'] })
  expect(after(one, { ...read, operation: 'pay', tool: 'pay', classification: 'restricted' })).toMatchObject({
    highest: 'confidential',
    tools: ['get', 'pay'],
  })
})

test('what changes nothing is the same object, so that nothing is written', () => {
  const one = after(enter(unseen, [source('retrieval')]), read)
  expect(after(one, read)).toBe(one)
  expect(enter(one, [source('tool_result'), source('user')])).toBe(one)
  expect(enter(unseen, [source('user'), source('agent'), source('tool_result', '')])).toBe(unseen)
  expect(after(unseen, { ...read, status: 'denied' })).toBe(unseen)
})

test('an attempt with a value out of untrusted text marks the session, also when it was denied; a read does not', () => {
  expect(after(unseen, { ...read, operation: 'pay', status: 'denied', untrusted_text: true }).led).toBe(true)
  expect(after(unseen, { ...read, operation: 'pay', status: 'held', untrusted_text: true }).led).toBe(true)
  expect(after(unseen, { ...read, untrusted_text: true }).led).toBe(false)
})

test('a classification that the agent claims for a source counts where it is stricter', () => {
  expect(enter(unseen, [{ ...source('system'), classification: 'restricted' }]).highest).toBe('restricted')
})

test('no more than 100 tools are remembered', () => {
  const many = Array.from({ length: 150 }, (_, at) => ({ ...read, tool: `t${at}` })).reduce(after, unseen)
  expect(many.tools).toHaveLength(100)
})

test('a session never forgets, and two instances lose nothing of one another in any order', () => {
  const rank = (one: SessionState) => classifications.indexOf(one.highest)
  fc.assert(
    fc.property(state, state, state, used, (a, b, c, more) => {
      const next = after(a, more)
      expect(rank(next)).toBeGreaterThanOrEqual(rank(a))
      expect(next.tools).toEqual(expect.arrayContaining([...a.tools]))
      expect(next.led || !a.led).toBe(true)
      expect(merged(a, b)).toEqual(merged(b, a))
      expect(merged(merged(a, b), c)).toEqual(merged(a, merged(b, c)))
      expect(merged(a, a)).toEqual(a)
      expect(merged(a, next)).toEqual(next)
    }),
    runs,
  )
})
