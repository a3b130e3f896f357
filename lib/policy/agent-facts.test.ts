import { describe, expect, it } from 'vitest'
import { liftedByAgent, refuseAgentFacts } from './agent-facts'
import { factTable } from './fact-table'

const reads = (name: string) => ({ '.': { left: { Var: 'context' }, attr: name } })
const policy = (effect: string, kind: string, body: unknown) => ({ effect, conditions: [{ kind, body }] })

describe('what agents report may tighten, never loosen', () => {
  it.each(factTable.filter(fact => fact.reported_by === 'agent').map(fact => fact.name))(
    'a permit may not rest on %s, however it is wrapped',
    name => {
      for (const body of [
        reads(name),
        { '!': { arg: reads(name) } },
        { '&&': { left: { Value: true }, right: { '==': { left: reads(name), right: { Value: 'x' } } } } },
        { has: { left: { Var: 'context' }, attr: name } },
        { 'if-then-else': { if: reads(name), else: { Value: false } } },
      ]) {
        expect(refuseAgentFacts(policy('permit', 'when', body))).toEqual([name])
        expect(refuseAgentFacts(policy('permit', 'unless', body))).toEqual([name])
        expect(refuseAgentFacts(policy('forbid', 'when', body))).toEqual([])
        expect(liftedByAgent(policy('forbid', 'when', body))).toEqual([])
        expect(liftedByAgent(policy('forbid', 'unless', body))).toEqual([name])
      }
    },
  )

  it('a permit that takes the whole context rests on all of it', () => {
    const whole = policy('permit', 'when', { '==': { left: { Var: 'context' }, right: { Var: 'context' } } })
    expect(refuseAgentFacts(whole).length).toBeGreaterThan(2)
  })

  it('a permit on what the catalogue, the gateway or the harness says may stand', () => {
    for (const { name } of factTable.filter(fact => fact.reported_by !== 'agent'))
      expect(refuseAgentFacts(policy('permit', 'when', reads(name)))).toEqual([])
  })
})
