import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { factTable } from '@/lib/policy/fact-table'
import { nothingPinned } from '@/lib/policy/facts'
import { isKept, keep, pinnedIn, recall } from '@/lib/policy/kept'
import { plainFacts } from '@/server/testing/facts'

const columns = {
  agent_id: plainFacts.agent,
  tool: plainFacts.tool,
  operation: plainFacts.operation,
  environment: plainFacts.environment,
  classification: plainFacts.classification,
  resource_type: null,
  amount: null,
  currency: null,
}

describe('the facts of a decision', () => {
  it('come back from what is stored exactly as policy saw them (INV-45)', () => {
    const facts = fc.record({
      sum_day: fc.constantFrom('0.0000', '499.0000'),
      count_hour: fc.nat(20),
      session_tools: fc.array(fc.string({ maxLength: 10 }), { maxLength: 5 }),
      session_untrusted: fc.boolean(),
      recipient_from: fc.constantFrom('person' as const, 'untrusted' as const, 'unknown' as const),
      untrusted_arguments: fc.array(fc.string({ maxLength: 10 }), { maxLength: 3 }),
      off_hours: fc.boolean(),
      reversible: fc.boolean(),
    })
    fc.assert(
      fc.property(facts, some => {
        const whole = { ...plainFacts, ...some }
        const stored = JSON.parse(JSON.stringify(keep(whole)))
        expect(recall(columns, stored)).toEqual(whole)
        expect({ ...plainFacts, ...pinnedIn(stored), reversible: some.reversible, off_hours: some.off_hours }).toEqual(
          whole,
        )
      }),
    )
  })

  it('are unknown where none were kept', () => {
    expect(recall(columns, undefined)).toBeNull()
    expect(recall(columns, {})).toBeNull()
    expect(pinnedIn(undefined)).toEqual(nothingPinned)
  })

  it('that came later are unknown of decisions from before, never taken for what is usual', () => {
    const before = { ...keep(plainFacts), of: 1 as const }
    expect(isKept(before, 'tier')).toBe(true)
    expect(isKept(before, 'delegation_depth')).toBe(false)
    expect(isKept(keep(plainFacts), 'delegation_depth')).toBe(true)
  })

  it('are all in the table, and the table has no other', () => {
    const names = factTable.map(fact => fact.name)
    expect(new Set(names).size).toBe(names.length)
    const ofPolicy = ['approved', 'constrained']
    const optional = factTable.filter(fact => fact.optional).map(fact => fact.name)
    const known = Object.keys(plainFacts).filter(name => name !== 'agent' && name !== 'operation')
    expect([...names].sort()).toEqual([...new Set([...known, ...ofPolicy, ...optional])].sort())
  })
})
