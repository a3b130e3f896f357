import { describe, expect, it } from 'vitest'
import type { Containment, Level } from '@/lib/containment/containment'
import { enforcementOf } from './coverage'
import { isInLog, isUsedInLog } from './decided-in-log'
import { isStale, type Standing, stopped } from './stopped'

const at = (second: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, second))
const reach = {
  agent_id: 'agt_1',
  team_id: 'tea_1',
  owner_id: 'usr_1',
  credential_id: 'crd_1',
  tool: 't',
  environment: 'production',
  session: 's',
  instance: null,
}
const thrown = (level: Level, from: number, lifted: number | null = null, id = 'agt_1'): Containment => ({
  id: 'ctn_1',
  target: { type: 'agent', id },
  level,
  reason: 'x',
  by_id: 'usr_1',
  epoch: from,
  from: at(from),
  lifted_at: lifted === null ? null : at(lifted),
})
const decided: Standing = { operation: 'pay', decided_at: at(10), by_people: false }

describe('K02 K09 K13 a decision and the switches in its reach', () => {
  it.each([
    ['nothing', [], decided, false],
    ['a kill in force', [thrown('killed', 20)], decided, true],
    ['a kill since, lifted', [thrown('killed', 20, 30)], decided, true],
    ['a kill of the same millisecond, lifted', [thrown('killed', 10, 30)], decided, true],
    ['a kill before, lifted', [thrown('killed', 5, 8)], decided, false],
    ['a kill of another', [thrown('killed', 20, null, 'agt_2')], decided, false],
    ['a quarantine', [thrown('quarantined', 20)], decided, true],
    ['a quarantine, for a read', [thrown('quarantined', 20)], { ...decided, operation: 'read' }, false],
    ['a pause', [thrown('paused', 20)], decided, true],
    ['a pause that is over', [thrown('paused', 20, 30)], decided, false],
    ['guarded', [thrown('guarded', 20)], decided, true],
    ['guarded, and people approved it', [thrown('guarded', 20)], { ...decided, by_people: true }, false],
    ['guarded, for a read', [thrown('guarded', 20)], { ...decided, operation: 'read' }, false],
    ['watched', [thrown('watched', 20)], decided, false],
  ] as const)('%s', (_, all, standing, is) => {
    expect(stopped(all, reach, standing)).toBe(is)
  })

  it('a permit is stale once a switch in its reach is younger, lifted or not', () => {
    expect(isStale([thrown('paused', 7, 8)], reach, 6)).toBe(true)
    expect(isStale([thrown('paused', 7, 8)], reach, 7)).toBe(false)
    expect(isStale([thrown('watched', 7)], reach, 6)).toBe(false)
    expect(isStale([thrown('killed', 7, null, 'agt_2')], reach, 6)).toBe(false)
  })
})

describe('T13 what the log tells', () => {
  const claimed = {
    action: 'act_1',
    agent: 'agt_1',
    credential: 'crd_1',
    tool: 't',
    salted: 'sha256:a',
    status: 'allowed',
    code: 'policy.permitted',
  }
  const data = { ...claimed, digest: 'sha256:a', verdict: 'allow' }
  const body = (more: object, type = 'action.decided') => JSON.stringify({ type, data: { ...data, ...more } })

  it('is believed word for word, and nothing that is only nearly so', () => {
    expect(isInLog([body({})], claimed)).toBe(true)
    expect(isInLog([], claimed)).toBe(false)
    for (const more of [
      { action: 'act_2' },
      { agent: 'agt_2' },
      { credential: 'crd_2' },
      { tool: 'T' },
      { digest: 'sha256:b' },
      { verdict: 'deny' },
      { status: 'approved' },
      { code: 'policy.denied' },
    ])
      expect(isInLog([body(more)], claimed), JSON.stringify(more)).toBe(false)
    expect(isInLog([body({}, 'hold.opened')], claimed)).toBe(false)
  })

  it('INV-24 counts a use whose row has gone', () => {
    const used = JSON.stringify({ type: 'permit.consumed', data: { permit: 'pmt_1' } })
    expect(isUsedInLog([used], 'pmt_1')).toBe(true)
    expect(isUsedInLog([used], 'pmt_2')).toBe(false)
  })
})

describe('coverage', () => {
  it('is verified from nine in ten on, and brokered where as many went through a gateway', () => {
    expect(enforcementOf({ allowed: 10, verified: 9, brokered: 8 })).toBe('verified')
    expect(enforcementOf({ allowed: 10, verified: 9, brokered: 9 })).toBe('brokered')
    expect(enforcementOf({ allowed: 10, verified: 8, brokered: 8 })).toBe('advisory')
    expect(enforcementOf({ allowed: 0, verified: 0, brokered: 0 })).toBe('advisory')
  })
})
