import { describe, expect, it } from 'vitest'
import { liftedByAgent, refuseAgentFacts } from './agent-facts'
import { factTable } from './fact-table'

const reads = (name: string) => ({ '.': { left: { Var: 'context' }, attr: name } })
const not = (arg: unknown) => ({ '!': { arg } })
const both = (operator: string, left: unknown, right: unknown) => ({ [operator]: { left, right } })
const policy = (effect: string, kind: string, body: unknown) => ({ effect, conditions: [{ kind, body }] })
const agents = factTable.filter(fact => fact.reported_by === 'agent').map(fact => fact.name)

describe('what agents report may tighten, never loosen', () => {
  it.each(agents)('a permit may not rest on %s, however it is wrapped', name => {
    for (const body of [
      reads(name),
      not(not(reads(name))),
      both('&&', { Value: true }, both('==', reads(name), { Value: 'x' })),
      both('||', reads('in_scope'), both('contains', reads(name), { Value: 'x' })),
      { has: { left: { Var: 'context' }, attr: name } },
      // Nobody can say which way these go.
      both('==', reads(name), { Value: true }),
      not(both('==', reads(name), reads('tool'))),
      { 'if-then-else': { if: not(reads(name)), else: { Value: false } } },
    ]) {
      expect(refuseAgentFacts(policy('permit', 'when', body))).toEqual([name])
      expect(refuseAgentFacts(policy('permit', 'unless', not(body)))).toEqual([name])
      expect(refuseAgentFacts(policy('forbid', 'when', body))).toEqual([])
      expect(liftedByAgent(policy('forbid', 'unless', body))).toEqual([name])
    }
    expect(refuseAgentFacts(policy('permit', 'when', both('!=', reads(name), { Value: 'x' })))).toEqual([])
    expect(liftedByAgent(policy('forbid', 'when', both('!=', reads(name), { Value: 'x' })))).toEqual([name])
  })

  it.each(agents)('a permit may ask that %s has not been reported, and a forbid that it has', name => {
    const narrower = both('&&', reads('in_scope'), not(reads(name)))
    expect(refuseAgentFacts(policy('permit', 'when', narrower))).toEqual([])
    expect(refuseAgentFacts(policy('permit', 'unless', reads(name)))).toEqual([])
    expect(liftedByAgent(policy('forbid', 'unless', narrower))).toEqual([])
    expect(liftedByAgent(policy('forbid', 'when', reads(name)))).toEqual([])
    expect(liftedByAgent(policy('forbid', 'when', not(reads(name))))).toEqual([name])
  })

  it('a permit that takes the whole context rests on all of it', () => {
    const whole = policy('permit', 'when', both('==', { Var: 'context' }, { Var: 'context' }))
    expect(refuseAgentFacts(whole)).toEqual([...agents].sort())
  })

  it('a permit on what the catalogue, the gateway or the harness says may stand', () => {
    for (const { name } of factTable.filter(fact => fact.reported_by !== 'agent'))
      expect(refuseAgentFacts(policy('permit', 'when', reads(name)))).toEqual([])
  })
})
