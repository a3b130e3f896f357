import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Facts } from '@/lib/policy/facts'
import { judge } from '@/lib/policy/judge'
import { defaultPack } from '@/lib/policy/pack'
import { type Kind, kinds, type Template } from '@/lib/policy/template'
import { defaultsOf, templates } from '@/lib/policy/templates'
import { plainFacts } from '@/server/testing/facts'
import { loadPolicySet } from './cedar'
import { checkPolicies } from './read-policies'

const pack = defaultPack({ demo: false })
const hostile = [
  'a"b',
  'x\\',
  '"); permit (principal, action, resource); //',
  'line\nbreak',
  '\r\n@id("evil") permit (principal, action, resource);',
  '*',
  '\u2028\u202e\u0000',
  '\\u{22}',
  '”',
  '\ud800',
  'é€𝄞',
]
const edges: Readonly<Partial<Record<Kind, readonly unknown[]>>> = {
  text: hostile,
  optional: ['', ...hostile],
  list: [[], hostile.slice(0, 50), Array.from({ length: 50 }, (_, n) => `n${n}`)],
  some: [['one'], hostile],
  amount: ['0', '0.0001', '999999999999.9999'],
  approvals: [1, 9],
  effect: ['ask', 'deny'],
  window: ['once', 'day', 'week', 'month'],
  flag: [true, false],
}
const byId = (id: string): Template => {
  const found = templates.find(one => one.id === id)
  if (!found) throw new Error(id)
  return found
}
const rulesOf = (source: string) => {
  const { rules, faults } = checkPolicies(source)
  expect(faults.filter(fault => fault.severity === 'error')).toEqual([])
  return [...rules.keys()]
}
const withRule = (id: string, values: Record<string, unknown> = {}) =>
  loadPolicySet(1, byId(id).addTo(pack, { ...defaultsOf(byId(id)), ...values }))
const effect = (set: ReturnType<typeof withRule>, facts: Partial<Facts>) =>
  judge(set, { ...plainFacts, ...facts }).effect

describe('templates', () => {
  it.each(templates.map(one => [one.id, one] as const))(
    '%s adds one rule, with defaults and at every edge',
    (_, one) => {
      const before = rulesOf(pack)
      const added = (values: Record<string, unknown>, source = pack) => rulesOf(one.addTo(source, values))
      expect(added(defaultsOf(one))).toEqual([...before, one.id])
      for (const field of one.fields)
        for (const value of edges[field.kind] ?? [])
          expect(added({ ...defaultsOf(one), [field.key]: value }), field.key).toEqual([...before, one.id])
      expect(added(defaultsOf(one), one.addTo(pack, defaultsOf(one)))).toEqual([...before, one.id, `${one.id}-2`])
      expect(one.sentence(defaultsOf(one))).toMatch(/^[A-Z].*\.$/)
    },
  )

  it('O03 whatever is typed stays inside its string: never a second policy, an annotation or another effect', () => {
    const typed = fc.oneof(fc.string({ unit: 'binary', minLength: 1, maxLength: 60 }), fc.constantFrom(...hostile))
    fc.assert(
      fc.property(fc.constantFrom(...templates), typed, (one, value) => {
        const values = Object.fromEntries(
          one.fields.map(field => {
            const put = kinds[field.kind].safeParse(value).success
              ? value
              : kinds[field.kind].safeParse([value]).success
                ? [value]
                : field.value
            return [field.key, put]
          }),
        )
        const { rules, faults } = checkPolicies(one.write(values, 'mine'))
        expect(faults.filter(fault => fault.severity === 'error')).toEqual([])
        expect([...rules.keys()]).toEqual(['mine'])
        expect(rules.get('mine')?.reason).toBe(one.sentence(values).toWellFormed())
      }),
      { numRuns: 300 },
    )
  })

  it('refuses values that are none, by the field that has them', () => {
    const pay = byId('pay-over-limit')
    expect(pay.faults({ ...defaultsOf(pay), limit: 'a lot' })).toHaveProperty('limit')
    expect(pay.faults({ ...defaultsOf(pay), approvals: 0 })).toHaveProperty('approvals')
    expect(pay.faults({ ...defaultsOf(pay), who: 'me' })).toHaveProperty('who')
    expect(() => pay.write({ ...defaultsOf(pay), limit: '1"' }, 'x')).toThrow()
  })

  it.each<[string, Record<string, unknown>, Partial<Facts>, string]>([
    [
      'draft-not-modify',
      { effect: 'deny', drafts: ['draft'] },
      { operation: 'update', resource_type: 'customer', environment: 'development' },
      'deny',
    ],
    [
      'draft-not-modify',
      { effect: 'deny', drafts: ['t'] },
      { operation: 'create', resource_type: 'customer', environment: 'development' },
      'allow',
    ],
    ['open-not-deploy', { effect: 'deny' }, { operation: 'deploy' }, 'deny'],
    ['open-not-deploy', { effect: 'deny' }, { operation: 'execute', tool: 'pr_merge_now' }, 'deny'],
    [
      'open-not-deploy',
      { effect: 'deny' },
      { operation: 'create', tool: 'open_pr', environment: 'development' },
      'allow',
    ],
    ['pay-over-limit', { effect: 'deny' }, { operation: 'pay', amount: '500.0001' }, 'deny'],
    ['pay-over-limit', { effect: 'deny' }, { operation: 'pay', amount: '500.0000' }, 'hold'],
    [
      'pay-over-limit',
      { effect: 'deny', window: 'day' },
      { operation: 'pay', amount: '1.0000', sum_day: '500.0100' },
      'deny',
    ],
    [
      'pay-over-limit',
      { effect: 'deny', currency: 'EUR' },
      { operation: 'pay', amount: '1.0000', currency: 'USD' },
      'deny',
    ],
    ['pay-over-limit', { effect: 'deny' }, { operation: 'pay', amount_unreadable: true }, 'deny'],
    ['recipient-not-asked', { effect: 'deny' }, { operation: 'pay', recipient_from: 'untrusted' }, 'deny'],
    ['recipient-not-asked', { effect: 'deny' }, { operation: 'pay', recipient_from: 'person' }, 'hold'],
    [
      'recipient-not-asked',
      { effect: 'deny', trusted: false },
      { operation: 'pay', recipient_from: 'trusted' },
      'deny',
    ],
    ['secrets', { effect: 'deny' }, { operation: 'secret' }, 'deny'],
    ['secrets', { effect: 'deny' }, { operation: 'secret', environment: 'development' }, 'hold'],
    ['off-hours', {}, { operation: 'update', off_hours: true }, 'hold'],
    ['off-hours', { effect: 'deny' }, { operation: 'update', off_hours: true }, 'deny'],
    ['off-hours', { effect: 'deny' }, { operation: 'read', off_hours: true }, 'allow'],
    ['cross-tenant', {}, { tenant: 'rival' }, 'deny'],
    ['cross-tenant', {}, { tenant: 'acme' }, 'allow'],
    ['cross-tenant', {}, {}, 'allow'],
    ['cross-tenant', { unknown: true }, {}, 'deny'],
    [
      'read-then-send',
      { effect: 'deny' },
      { operation: 'send', external: true, session_highest: 'confidential' },
      'deny',
    ],
    [
      'read-then-send',
      { effect: 'deny', restricted_only: true },
      { operation: 'send', external: true, session_highest: 'confidential' },
      'hold',
    ],
    ['revoke-production-credentials', { effect: 'deny' }, { operation: 'revoke' }, 'deny'],
    ['after-led', {}, { operation: 'update', environment: 'development', session_led: true }, 'hold'],
    ['after-led', {}, { operation: 'read', session_led: true }, 'allow'],
    ['asked-for', {}, { operation: 'send', external: true, asked_for: true }, 'allow'],
    ['asked-for', {}, { operation: 'send', external: true, asked_for: true, untrusted_text: true }, 'hold'],
    ['asked-for', {}, { operation: 'pay', amount: '2500.0000', recipient_from: 'person', reversible: false }, 'allow'],
    ['asked-for', {}, { operation: 'pay', amount: '2500.0001', recipient_from: 'person' }, 'hold'],
    ['asked-for', {}, { operation: 'pay', amount: '1.0000', recipient_from: 'untrusted' }, 'hold'],
    ['asked-for', {}, { operation: 'delete', asked_for: true }, 'hold'],
    ['asked-for', {}, { operation: 'send', external: true, asked_for: true, above_ceiling: true }, 'hold'],
    ['asked-for', {}, { operation: 'send', asked_for: true, in_scope: false }, 'deny'],
  ])('%s with %j: %j is %s', (id, values, facts, expected) => {
    expect(effect(withRule(id, values), facts)).toBe(expected)
  })
})
