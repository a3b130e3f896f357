import { expect, test } from 'vitest'
import { defaultPack } from '@/lib/policy/pack'
import { manyPolicies } from '@/server/testing/policy-timing'
import { everything, world } from '@/server/testing/world'
import { checkPoliciesAside } from './aside'
import { checkPolicies, readPolicies } from './read-policies'

const w = await world()
const agent = await w.agent({
  scopes: [everything],
})
await w.tools({ look: { operation: 'read' } })
const pack = defaultPack({ demo: false })

test('D04 the gate decides while a thousand policies are checked', async () => {
  const source = manyPolicies(1_000)
  let over = false
  const checking = checkPoliciesAside(source).finally(() => {
    over = true
  })
  const { body } = await w.submit(agent.key, { tool: 'look' })
  expect([body.status, over]).toEqual(['allowed', false])
  const { faults, rules } = await checking
  expect([faults, rules.size]).toEqual([[], 1_000])
  expect(readPolicies(source).rules).toBe(rules)
})

test.each([
  ['the default pack', pack],
  ['nothing', ''],
  ['what is no policy', `${pack}\npermit(`],
  [
    'a fact that there is not',
    `${pack}\n@id("x") @reason("r") forbid (principal, action, resource) when { context.no };`,
  ],
  ['another type', '@id("x") @reason("r") forbid (principal, action, resource) when { context.in_scope == "no" };'],
  ['one id twice, of which the second is wrong', `${pack}\n${pack.replaceAll('context.', 'context.x_')}`],
  ['a template', '@id("x") @reason("r") permit (principal == ?principal, action, resource);'],
  ['no annotations', 'permit (principal, action, resource) when { context.nope };'],
  ['a fact of the agent', '@id("x") @reason("r") permit (principal, action, resource) when { context.asked_for };'],
  ['what can never be', '@id("x") @reason("r") permit (principal, action, resource) when { false };'],
  [
    'what is far too deep',
    `permit (principal, action, resource) when { ${'('.repeat(5_000)}true${')'.repeat(5_000)} };`,
  ],
])('what is said of %s is the same aside', async (_name, source) => {
  expect(await checkPoliciesAside(source)).toEqual(checkPolicies(source))
})

test('several texts at once get each its own answer', async () => {
  const sources = Array.from(
    { length: 6 },
    (_, n) => `${pack}\n@id("x${n}") @reason("r") permit (principal, action, resource);`,
  )
  const found = await Promise.all(sources.map(checkPoliciesAside))
  for (const [n, { rules }] of found.entries()) expect(rules.has(`x${n}`)).toBe(true)
})
