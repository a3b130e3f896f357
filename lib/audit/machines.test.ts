import { describe, expect, it } from 'vitest'
import { invitationMachine, personMachine, signInMachine } from '@/lib/access/machine'
import { mayFollow } from '@/lib/action/decision'
import { actionMachine, outcomeMachine } from '@/lib/action/machine'
import { agentMachine, credentialMachine } from '@/lib/agent/machine'
import { containmentMachine } from '@/lib/containment/machine'
import { grantMachine } from '@/lib/grant/machine'
import { changeMachine, holdMachine } from '@/lib/hold/machine'
import { deliveryMachine } from '@/lib/integration/machine'
import { type Machine, step } from '@/lib/kernel/machine'
import { toolMachine } from '@/lib/tool/machine'
import { entryMachine, logMachine } from './machine'

const machines: readonly [name: string, machine: Machine<string, string>, begins: readonly string[], ends: string][] = [
  ['action', actionMachine, ['held', 'deferred'], 'allowed denied approved rejected expired cancelled contained'],
  ['outcome', outcomeMachine, ['none'], 'failed rolled_back'],
  ['hold', holdMachine, ['pending'], 'approved rejected expired withdrawn contained'],
  ['change', changeMachine, ['pending'], 'rejected expired applied failed'],
  ['containment', containmentMachine, ['in_force'], 'lifted'],
  ['grant', grantMachine, ['proposed'], 'revoked'],
  ['agent', agentMachine, ['registered'], 'retired'],
  ['credential', credentialMachine, ['active'], 'revoked'],
  ['tool', toolMachine, ['unclassified'], ''],
  ['person', personMachine, ['active'], ''],
  ['invitation', invitationMachine, ['open'], 'accepted withdrawn'],
  ['sign-in', signInMachine, ['live'], 'ended expired'],
  ['delivery', deliveryMachine, ['pending'], 'delivered'],
  ['log entry', entryMachine, ['recorded'], 'sealed'],
  ['log', logMachine, ['whole'], ''],
]

describe.each(machines)('the table of %s', (_name, machine, begins, ends) => {
  const states = Object.keys(machine)
  const events = [...new Set(Object.values(machine).flatMap(row => Object.keys(row)))]
  const pairs = states.flatMap(state => events.map(event => ({ state, event, to: step(machine, state, event) })))

  it('every event in every state leads to a state of the table, or nowhere', () => {
    expect(pairs).toHaveLength(states.length * events.length)
    for (const { to } of pairs) if (to !== null) expect(states).toContain(to)
  })

  it('every state can be reached, and only its ends are final', () => {
    const reached = new Set(begins)
    for (let before = -1; before !== reached.size; ) {
      before = reached.size
      for (const { state, to } of pairs) if (to !== null && reached.has(state)) reached.add(to)
    }
    expect([...reached].sort()).toEqual(states.toSorted())
    const final = states.filter(state => pairs.every(one => one.state !== state || one.to === null))
    expect(final.join(' ')).toBe(ends)
  })
})

it('no action is allowed by an event that was not a yes of policy or of people', () => {
  const allowing = Object.values(actionMachine)
    .flatMap(row => Object.entries(row))
    .filter(([, to]) => to === 'allowed' || to === 'approved')
  expect(new Set(allowing.map(([event]) => event))).toEqual(new Set(['allow', 'approve']))
})

it('outcomes follow one another as their table says', () => {
  const outcomes = ['unknown', 'succeeded', 'failed', 'rolled_back'] as const
  for (const before of [null, ...outcomes])
    for (const after of outcomes)
      expect(mayFollow(before, after), `${before} → ${after}`).toBe(
        step(outcomeMachine, before ?? 'none', after) !== null,
      )
})
