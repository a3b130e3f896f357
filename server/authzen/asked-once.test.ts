import { describe, expect, it } from 'vitest'
import { agree, alice, bob, certified, record, write } from '@/server/testing/authzen'
import { inForce, packWith } from '@/server/testing/policy'
import type { Reply } from '@/server/testing/world'

/* A question is no order, but a yes is one: on two instances, however many ask at the same moment. */
const { w, agent, evaluation, evaluations } = await certified(2)
let n = 0
const paying = (more = {}) => ({
  subject: alice,
  action: { name: 'pay', properties: { n: ++n } },
  resource: { type: 'account', id: 'DE89' },
  ...more,
})
const writing = () => ({ subject: alice, action: { ...write, properties: { n: ++n } }, resource: record(1) })
/** So many at once, on both instances by turns. */
const together = (count: number, body: unknown, headers: (at: number) => Record<string, string> = () => ({})) =>
  Promise.all(Array.from({ length: count }, (_, at) => evaluation(body, headers(at), at % 2)))
const yes = (answers: readonly Reply[]) => answers.filter(one => one.body.decision === true)
const noes = (answers: readonly Reply[]) => answers.filter(one => one.body.decision !== true).map(one => one.body)
const actions = (answers: readonly Reply[]) => new Set(answers.map(one => one.body.context.action_id))
const holdsOf = async (ids: Iterable<string>) => {
  const { rows } = await w.db.pool.query('select id from hold where action_id = any($1)', [[...ids]])
  return rows.map(row => row.id)
}

describe('what waits', () => {
  it('30 that ask at once open one hold, and so do those that ask later, whatever is only shown beside it', async () => {
    const asked = paying()
    const answers = await together(30, asked)
    expect(yes(answers)).toEqual([])
    const later = await evaluation({ ...asked, context: { time: 'later', ip: '10.0.0.1' } })
    const found = actions([...answers, later])
    expect(found.size).toBe(1)
    expect(await holdsOf(found)).toHaveLength(1)
  })

  it('another session, subject or argument is another question', async () => {
    const asked = paying()
    const answers = [
      await evaluation(asked),
      await evaluation({ ...asked, context: { session: 's-1' } }),
      await evaluation({ ...asked, subject: bob }),
      await evaluation({ ...asked, action: { name: 'pay', properties: { n, more: 1 } } }),
    ]
    expect(actions(answers).size).toBe(4)
  })

  it('INV-21 one approval is one yes: of 20 that ask then, one goes on, and the others wait under one new hold', async () => {
    const asked = paying()
    const [hold = ''] = await holdsOf(actions([await evaluation(asked)]))
    await agree(w, hold)
    const answers = await together(20, asked)
    expect(yes(answers)).toHaveLength(1)
    const others = answers.filter(one => !one.body.decision)
    expect(actions(others).size).toBe(1)
    expect(await holdsOf(actions(others))).toHaveLength(1)
  })
})

describe('what is allowed', () => {
  it('each yes is an action of its own: 30 at once are 30 in the log, each used up', async () => {
    const answers = await together(30, writing())
    expect(noes(answers)).toEqual([])
    expect(actions(answers).size).toBe(30)
    const { rows } = await w.db.pool.query('select action_id from permit_use where action_id = any($1)', [
      [...actions(answers)],
    ])
    expect(rows).toHaveLength(30)
  })

  it('the same X-Request-ID is the same asking: all are told the same yes, one action is allowed', async () => {
    const asked = writing()
    const answers = await together(20, asked, () => ({ 'x-request-id': 'req-1' }))
    expect(noes(answers)).toEqual([])
    expect(actions(answers).size).toBe(1)
    const later = await evaluation(asked, { 'x-request-id': 'req-1' }, 1)
    expect(actions([later, ...answers]).size).toBe(1)
  })

  it('X-Request-ID binds nothing by itself: two questions of one request are two, also within one box', async () => {
    const headers = { 'x-request-id': 'req-2' }
    const [one, two] = [await evaluation(writing(), headers), await evaluation(writing(), headers)]
    expect(actions([one, two]).size).toBe(2)
    const box = await evaluations({ ...writing(), evaluations: [{}, {}, {}] }, headers)
    const ids = box.body.evaluations.map((each: { context: { action_id: string } }) => each.context.action_id)
    expect(new Set(ids).size).toBe(3)
  })

  it('a limit counts every yes: of 25 alike at once exactly what is left of it goes on', async () => {
    const asked = writing()
    const { rows } = await w.db.pool.query(
      `select count(*)::int as n from action where agent_id = $1 and tool = 'write'`,
      [agent.id],
    )
    await inForce(
      w,
      packWith(`@id("limit") @reason("That is enough for an hour.")
        forbid (principal, action, resource) when { context.tool == "write" && context.count_hour > ${rows[0].n + 7} };`),
    )
    const answers = await together(25, asked)
    expect(yes(answers)).toHaveLength(7)
    expect(answers.find(one => !one.body.decision)?.body.context.reason).toBe('policy.denied')
    await inForce(w, packWith(''))
  })

  it('a duty that the asker would have to know of is a no that says it', async () => {
    await inForce(
      w,
      packWith(`@id("masked") @reason("Masked.") @obligation("mask:iban")
        permit (principal, action, resource) when { context.tool == "read" };`),
    )
    const { body } = await evaluation({ subject: alice, action: { name: 'read' }, resource: record(7) })
    expect(body).toMatchObject({
      decision: false,
      context: { reason: 'constrained', constrained: { obligations: [{ type: 'mask' }] } },
    })
    await inForce(w, packWith(''))
  })
})

it('several questions wait together for as long as one would, in whatever order they are asked', async () => {
  const began = performance.now()
  const body = { ...paying(), options: { evaluations_semantic: 'permit_on_first_permit' } }
  const list = [{ resource: { type: 'account', id: 'A' } }, { resource: { type: 'account', id: 'B' } }, {}]
  const answer = await evaluations({ ...body, evaluations: list }, { prefer: 'wait=2' })
  expect(answer.body.evaluations.map((one: { decision: boolean }) => one.decision)).toEqual([false, false, false])
  const seconds = (performance.now() - began) / 1_000
  expect(seconds).toBeGreaterThan(1.9)
  // Three waits after one another would be six.
  expect(seconds).toBeLessThan(5.5)
})

it('INV-25 a yes that was not fetched is none after a kill, and asking again is a denial', async () => {
  const asked = paying({ context: { session: 's-kill' } })
  const [hold = ''] = await holdsOf(actions([await evaluation(asked)]))
  await agree(w, hold)
  const governor = await w.signedIn(w.governor)
  const target = { type: 'session', id: `${agent.id}/s-kill` }
  const kill = { target, level: 'killed', reason: 'wrong' }
  expect((await governor('POST', '/api/console/containment', kill)).status).toBe(201)
  for (const at of [0, 1])
    expect((await evaluation(asked, {}, at)).body).toMatchObject({
      decision: false,
      context: { reason: 'containment.killed' },
    })
})
