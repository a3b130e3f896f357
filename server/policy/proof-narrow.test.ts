import { describe, expect, it } from 'vitest'
import { defaultPack } from '@/lib/policy/pack'
import { inForce } from '@/server/testing/policy'
import { everything, world } from '@/server/testing/world'

const w = await world()
const governor = await w.signedIn(w.governor)
const agent = await w.agent({
  scopes: [everything],
  environment: 'production',
})
await w.tools({ pay: { operation: 'pay', parameters: { amount: 'amount' } } })
const pack = defaultPack({ demo: false })
const pay = (params: object) => w.submit(agent.key, { tool: 'pay', params })
for (let n = 0; n < 2; n++) await pay({ amount: '10.00', n })

describe('what a rule narrows', () => {
  const cap = (most: number) => `@id("cap") @reason("At most ${most} at once.") @constrain("cap $amount ${most}")
    forbid (principal, action == Action::"pay", resource)
    when { context has amount && context.amount.greaterThan(decimal("${most}.0")) } unless { context.constrained };`
  const paying = pack.replace(/@id\("high-impact[\s\S]*?;/g, '')
  const policy = (most: number) => `${paying}
    @id("paying") @reason("Paying is fine.") permit (principal, action == Action::"pay", resource)
      when { context.in_scope };
    ${cap(most)}`
  const counted = (body: { changes: Record<string, { count: number }> }) =>
    Object.fromEntries(Object.entries(body.changes).map(([kind, { count }]) => [kind, count]))
  const none = { newly_allowed: 0, newly_narrowed: 0, newly_held: 0, newly_denied: 0 }

  it('O02 counts as narrowed, neither as allowed nor as asked, and says by which rules', async () => {
    const { body } = await governor('POST', '/api/console/policy/replay', { source: policy(5) })
    expect(counted(body)).toEqual({ ...none, newly_narrowed: 2 })
    expect(body.changes.newly_narrowed.examples[0]).toMatchObject({
      tool: 'pay',
      from: 'hold',
      to: 'constrain',
      rules: ['paying', 'cap'],
    })
    expect(body.forecast.candidate.held_a_day).toBe(0)
    expect(counted((await governor('POST', '/api/console/policy/replay', { source: policy(50) })).body)).toEqual({
      ...none,
      newly_allowed: 2,
    })
  })

  it('a case can want it, and explains itself by the rule that narrows', async () => {
    const wants = (want: string) => ({ name: want, given: { operation: 'pay', amount: '10.00' }, want, rules: null })
    const ask = { source: policy(5), cases: [wants('constrain'), wants('allow'), wants('hold')] }
    const { body } = await governor('POST', '/api/console/policy/cases/run', ask)
    expect(body.results.map((one: { pass: boolean; got: string }) => [one.pass, one.got])).toEqual([
      [true, 'constrain'],
      [false, 'constrain'],
      [false, 'constrain'],
    ])
    const kept = await governor('POST', '/api/console/policy/cases', wants('constrain'))
    expect(kept.status).toBe(201)
    expect((await governor('DELETE', `/api/console/policy/cases/${kept.body.id}`)).status).toBe(204)
    const facts = { operation: 'pay', amount: '10.00' }
    const explained = await governor('POST', '/api/console/policy/what-if', { source: policy(5), facts })
    expect(explained.body).toMatchObject({
      judgement: { effect: 'constrain', code: null, reason: 'At most 5 at once.' },
      trail: [
        { rule: 'paying', effect: 'allow' },
        { rule: 'cap', effect: 'constrain' },
      ],
    })
    expect(explained.body.would_change).toContainEqual(expect.objectContaining({ fact: 'amount', effect: 'allow' }))
  })

  it('INV-45 stays so for what the gate narrowed, and for what it could not narrow', async () => {
    await inForce(w, policy(5))
    expect((await pay({ amount: '20.00' })).body).toMatchObject({
      status: 'allowed',
      modified: true,
      params: { amount: '5' },
    })
    const replay = async (source: string) => (await governor('POST', '/api/console/policy/replay', { source })).body
    const same = await replay(policy(5))
    expect([counted(same), same.recorded_differs]).toEqual([none, 2])
    expect(counted(await replay(policy(50)))).toEqual({ ...none, newly_allowed: 3 })
    const known = policy(5).replace('cap $amount 5', 'cap $amount 5; restrict to to [Bob]')
    await inForce(w, known)
    const { body: refused } = await pay({ amount: '20.00', to: 'Eve' })
    expect(refused).toMatchObject({ status: 'denied' })
    expect((await replay(known)).changes.newly_denied.examples).toEqual([])
    const { body } = await governor('GET', `/api/console/actions/${refused.id}/explain`)
    expect(body).toMatchObject({ judgement: { effect: 'deny' }, trail: [{ rule: 'cap', effect: 'deny' }] })
    const allowed = (await replay(policy(50))).changes.newly_allowed
    expect(allowed.examples.find((one: { action_id: string }) => one.action_id === refused.id)?.from).toBe('deny')
  })

  it('how far it is, is said line by line to whoever accepts that, and the same comes of it', async () => {
    const plain = await governor('POST', '/api/console/policy/replay', { source: policy(5), limit: 300 })
    const following = { accept: 'application/x-ndjson' }
    const response = await governor('POST', '/api/console/policy/replay', { source: policy(5), limit: 300 }, following)
    expect(response.headers.get('content-type')).toBe('application/x-ndjson')
    const lines = response.body
      .trim()
      .split('\n')
      .map((line: string) => JSON.parse(line))
    expect(lines[0]).toEqual({ progress: { done: 0, of: plain.body.rows } })
    expect({ ...lines.at(-1).answer, forecast: null }).toEqual({ ...plain.body, forecast: null })
    const refused = await governor('POST', '/api/console/policy/replay', { source: 'permit(' }, following)
    expect(refused).toMatchObject({ status: 400, body: { code: 'policy.invalid' } })
  })
})
