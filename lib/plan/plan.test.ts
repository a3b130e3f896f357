import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { planContract } from './contract'
import { nextStep, type Plan, statusOf, withPassed } from './plan'

const at = new Date(1_000)
const plan: Plan = {
  id: 'pln_1',
  agent_id: 'agt_1',
  session: 's',
  status: 'approved',
  expires_at: new Date(2_000),
  requirement: { stages: [{ approvals: 2, who: [{ relation: 'any_approver' }] }], veto: true },
  approvers: ['usr_1', 'usr_2'],
  steps: ['a', 'b', 'a'].map((digest, i) => ({ n: i + 1, digest, passed_by: null })),
}
const asked = { agent_id: 'agt_1', session: 's', digest: 'a' }

describe('G15 what a plan says to a submission that names it', () => {
  it.each<[string, Partial<Plan>, Partial<typeof asked>, object]>([
    ['its next step passes', {}, {}, { is: 'pass', n: 1 }],
    ['then the one after it', { steps: withPassed(plan, 1, 'act').steps }, { digest: 'b' }, { is: 'pass', n: 2 }],
    ['a plan for any session', { session: null }, { session: 'other' }, { is: 'pass', n: 1 }],
    ['out of order', {}, { digest: 'b' }, { is: 'ask' }],
    ['the same twice', { steps: withPassed(plan, 1, 'act').steps }, { digest: 'a' }, { is: 'ask' }],
    ['something else', {}, { digest: 'z' }, { is: 'ask' }],
    ['past its end', { steps: plan.steps.map(one => ({ ...one, passed_by: 'act' })) }, {}, { is: 'ask' }],
    ['not approved', { status: 'asked' }, {}, { is: 'ask' }],
    ['taken back', { status: 'cancelled' }, {}, { is: 'ask' }],
    ['at its expiry', { expires_at: at }, {}, { is: 'ask' }],
    ['another session', {}, { session: 't' }, { is: 'ask' }],
    ['another agent', {}, { agent_id: 'agt_2' }, { is: 'none' }],
  ])('%s', (_name, is, says, want) => {
    const said = nextStep({ ...plan, ...is }, { ...asked, ...says }, at)
    expect(said).toMatchObject(want)
    if (said.is === 'ask') expect(said.requirement).toBe(plan.requirement)
  })

  it('no plan at all says nothing', () => {
    expect(nextStep(undefined, asked, at)).toEqual({ is: 'none' })
  })

  it('whatever is submitted, in any order and however often: what passes is the chain, each step once, in order', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 6 }),
        fc.infiniteStream(fc.nat()),
        (chain, dice) => {
          let now: Plan = { ...plan, steps: chain.map((digest, i) => ({ n: i + 1, digest, passed_by: null })) }
          const passed: string[] = []
          for (const roll of dice.take(30)) {
            const digest = ['a', 'b', 'c'][roll % 3] ?? 'a'
            const said = nextStep(now, { ...asked, digest }, at)
            if (said.is !== 'pass') continue
            passed.push(digest)
            now = withPassed(now, said.n, `act_${passed.length}`)
          }
          expect(passed).toEqual(chain.slice(0, passed.length))
        },
      ),
      { numRuns: 500 },
    )
  })
})

describe('where a plan stands', () => {
  it.each([
    ['asked', null, false, 'held'],
    ['asked', 'rejected', false, 'rejected'],
    ['asked', 'expired', false, 'expired'],
    ['asked', 'failed', false, 'expired'],
    ['asked', null, true, 'expired'],
    ['approved', null, false, 'approved'],
    ['approved', null, true, 'expired'],
    ['cancelled', null, false, 'cancelled'],
    ['cancelled', 'rejected', true, 'cancelled'],
  ] as const)('%s, hold %s, over %s: %s', (status, hold, over, want) => {
    expect(statusOf({ ...plan, status }, hold, new Date(over ? 3_000 : 1_000))).toBe(want)
  })

  it('with every step passed it is done, whenever that was', () => {
    const steps = plan.steps.map(one => ({ ...one, passed_by: 'act' }))
    expect(statusOf({ ...plan, steps }, null, new Date(9_000))).toBe('done')
  })
})

describe('O03 what an agent may ask for', () => {
  const step = { tool: 't', params: {} }
  it.each<[string, unknown]>([
    ['no steps', { steps: [] }],
    ['more than 20', { steps: Array.from({ length: 21 }, () => step) }],
    ['more than a day', { steps: [step], expires_in_seconds: 86_401 }],
    ['a step after itself', { steps: [{ ...step, after: [1] }] }],
    ['a step after a later one', { steps: [{ ...step, after: [2] }, step] }],
    ['a word that it does not know', { steps: [{ ...step, aftr: [] }] }],
    ['a decision of its own', { steps: [step], status: 'approved' }],
  ])('refuses %s', (_name, body) => {
    expect(planContract.safeParse(body).success).toBe(false)
  })
  it('reads a chain', () => {
    expect(planContract.parse({ steps: [step, { ...step, after: [1] }] }).expires_in_seconds).toBe(3_600)
  })
})
