import { beforeAll, describe, expect, it } from 'vitest'
import { type KnownEvent, readEvent } from '@/lib/audit/catalogue'
import { fold } from '@/lib/audit/fold'
import { everything, type Person, world } from '@/server/testing/world'

const w = await world(2)
const scopes = [everything]
const events: KnownEvent[] = []
const problems: string[] = []

const until = async (good: () => Promise<boolean>) => {
  for (const end = performance.now() + 20_000; !(await good()); ) {
    if (performance.now() > end) throw new Error('it did not come')
    await new Promise(resolve => setTimeout(resolve, 50))
  }
}
const rows = async (sql: string): Promise<Record<string, unknown>[]> => (await w.db.pool.query(sql)).rows
const iso = (at: unknown) => (at instanceof Date ? at.toISOString() : null)

/** A little of everything: allowed, denied, held, decided in every way, contained, withdrawn, retired, published. */
async function workload(): Promise<void> {
  await w.tools({
    look: { operation: 'read' },
    run: { parameters: { n: 'count' } },
    pay: { operation: 'pay', parameters: { amount: 'amount' } },
  })
  const [one, two, three] = [await w.agent({ scopes }), await w.agent({ scopes }), await w.agent({ scopes })]
  const approver = await w.signedIn(w.approver)
  const governor = await w.signedIn(w.governor, 1)
  const administrator = await w.signedIn(w.administrator)
  const hold = async (key: string, n: number, at = 0) =>
    (await w.submit(key, { tool: 'run', params: { n } }, {}, at)).body
  const review = (who: Person, action: { hold: { id: string }; digest: string }, verdict: string, more = {}) =>
    who('POST', `/api/console/holds/${action.hold.id}/reviews`, { verdict, digest: action.digest, ...more })
  for (let n = 0; n < 5; n++) {
    const { permit } = (await w.submit(one.key, { tool: 'look', params: { n } }, {}, n % 2)).body
    const using = { permit, tool: 'look', params: { n }, consume: n < 3 }
    await w.gate(one.key, 'POST', '/api/v1/permits/verify', using, {}, n % 2)
  }
  await administrator('POST', '/api/console/permits/rotate', { reason: 'a test' })
  const approved = await hold(one.key, 1)
  await review(approver, approved, 'approve', { comment: 'yes' })
  await w.gate(one.key, 'POST', `/api/v1/actions/${approved.id}/outcome`, { status: 'succeeded' })
  const rejected = await hold(one.key, 2, 1)
  await review(approver, rejected, 'ask', { comment: 'why?' })
  await review(approver, rejected, 'reject', { comment: 'no' })
  await hold(one.key, 2)
  const changed = await hold(one.key, 3)
  const narrowed = await review(approver, changed, 'approve', { params: { n: 2 } })
  expect(narrowed.body).toMatchObject({ id: expect.any(String) })
  const withdrawn = await hold(one.key, 4)
  await w.gate(one.key, 'POST', `/api/v1/actions/${withdrawn.id}/cancel`, {})
  await w.submit(one.key, { tool: 'never.seen', params: { a: 1 } })
  await w.submit(one.key, { tool: 'never.again', params: { a: 1 } })
  const unknown = await hold(one.key, 5)
  await review(approver, unknown, 'approve')
  await w.gate(one.key, 'POST', `/api/v1/actions/${unknown.id}/outcome`, { status: 'unknown' })
  // A kill contains what is open in its reach, and denies what comes.
  await hold(two.key, 6)
  await governor('POST', '/api/console/containment', {
    target: { type: 'agent', id: two.id },
    level: 'killed',
    reason: 'a test',
  })
  await hold(two.key, 7)
  await governor('POST', '/api/console/containment', {
    target: { type: 'tool', id: 'pay' },
    level: 'paused',
    reason: 'a test',
  })
  const pause = (await governor('GET', '/api/console/containment')).body.items.find(
    (item: { level: string }) => item.level === 'paused',
  )
  await governor('POST', `/api/console/containment/${pause?.id}/lift`, { reason: 'enough' })
  await administrator('POST', `/api/console/agents/${three.id}/credentials`, { name: 'second', expires_in_days: 30 })
  await administrator('POST', `/api/console/agents/${three.id}/retire`, { reason: 'done' })
  const policy = (await governor('GET', '/api/console/policy')).body
  const proposed = await governor('POST', '/api/console/policy', {
    source: `${policy.source ?? ''}\n// once more`,
    note: 'again',
  })
  expect(proposed.status).toBe(202)
  const change = (await administrator('GET', '/api/console/holds?status=open')).body.items.find(
    (item: { kind: string; title: string }) => item.kind === 'change' && !/tool|classif/i.test(item.title),
  )
  if (change) {
    const { shown_digest } = (await administrator('GET', `/api/console/holds/${change.id}`)).body
    await administrator('POST', `/api/console/holds/${change.id}/reviews`, { verdict: 'approve', digest: shown_digest })
  }
  await hold(one.key, 8)
  await w.test.moveClock(2 * 86_400)
}

beforeAll(async () => {
  await workload()
  const quiet = async () => {
    const [open] = await rows(
      `select count(*)::int as n from hold where status = 'pending' and expires_at < holdpoint.now() or status = 'approved' and kind = 'change'`,
    )
    const [late] = await rows(
      'select count(*)::int as n from action where decision is null and expires_at < holdpoint.now()',
    )
    const [unsealed] = await rows('select (select max(size) from checkpoint) = (select count(*) from event) as sealed')
    return open?.n === 0 && late?.n === 0 && unsealed?.sealed === true
  }
  await until(quiet)
  const found = await rows('select e.body from log_entry l join event e on e.id = l.event_id order by l.seq')
  for (const row of found) {
    const read = readEvent(JSON.parse(String(row.body)))
    if (read.ok) events.push(read.event)
    else problems.push(read.reason)
  }
}, 60_000)

describe('INV-36 the log alone', () => {
  it('holds only events that the catalogue knows', () => {
    expect([...new Set(problems)]).toEqual([])
    const types = new Set(events.map(event => event.type))
    for (const type of [
      'action.decided',
      'action.parked',
      'hold.opened',
      'hold.approved',
      'hold.rejected',
      'hold.expired',
      'hold.contained',
      'hold.revised',
      'containment.lifted',
      'hold.withdrawn',
      'agent.retired',
      'change.applied',
      'action.reported',
    ]) {
      expect(types, type).toContain(type)
    }
  })

  it('rebuilds every action', async () => {
    const { actions } = fold(events)
    const stored = await rows(
      'select id, agent_id, credential_id, tool, operation, environment, classification, session, status, hold_id, decision, decided_at, outcome, reconciled_at from action',
    )
    expect(stored.length).toBeGreaterThan(12)
    expect(actions.size).toBe(stored.length)
    for (const row of stored) {
      const decision = row.decision === null ? null : JSON.parse(String(row.decision))
      expect(actions.get(String(row.id)), String(row.id)).toMatchObject({
        agent: row.agent_id,
        credential: row.credential_id,
        tool: row.tool,
        operation: row.operation,
        environment: row.environment,
        classification: row.classification,
        session: row.session,
        status: row.status,
        hold: row.hold_id,
        verdict: decision?.verdict ?? null,
        by: decision?.by ?? null,
        code: decision?.code ?? null,
        policy_version: decision?.policy_version ?? null,
        decided_at: iso(row.decided_at),
        outcome: row.outcome,
        reconciled: row.reconciled_at !== null,
      })
    }
  })

  it('rebuilds every hold and its reviews', async () => {
    const { holds } = fold(events)
    const stored = await rows('select * from hold')
    expect(holds.size).toBe(stored.length)
    for (const row of stored) {
      expect(holds.get(String(row.id)), String(row.id)).toMatchObject({
        kind: row.kind,
        action: row.action_id,
        change: row.change_kind,
        subject: row.subject_id,
        status: row.status,
        failure: row.failure,
        expires_at: iso(row.expires_at),
        decided_at: iso(row.decided_at),
        ...(row.kind === 'action' ? { requirement: JSON.parse(String(row.requirement)) } : {}),
      })
    }
    for (const row of await rows('select * from review')) {
      const known = holds.get(String(row.hold_id))?.reviews.get(String(row.id))
      if (holds.get(String(row.hold_id))?.kind === 'change' && known === undefined) continue
      expect(known).toEqual({ person: row.person_id, verdict: row.verdict, voided: row.voided_at !== null })
    }
  })

  it('rebuilds agents, keys, switches and policy', async () => {
    const { agents, credentials, containments, policies } = fold(events)
    const [people, keys, switches, versions] = await Promise.all([
      rows('select * from agent'),
      rows('select * from credential'),
      rows('select * from containment'),
      rows('select * from policy_version'),
    ])
    expect([agents.size, credentials.size, containments.size, policies.size]).toEqual([
      people.length,
      keys.length,
      switches.length,
      versions.length,
    ])
    for (const row of people) {
      expect(agents.get(String(row.id))).toEqual({
        name: row.name,
        application: row.application_id,
        environment: row.environment,
        tier: row.tier,
        owner: row.owner_id,
        backup: row.backup_id,
        status: row.status,
      })
    }
    for (const row of keys) {
      expect(credentials.get(String(row.id))).toEqual({
        agent: row.agent_id,
        expires_at: iso(row.expires_at),
        revoked: row.revoked_at !== null,
        exposed: row.exposed_at !== null,
      })
    }
    for (const row of switches) {
      expect(containments.get(String(row.id))).toEqual({
        target: `${row.target_type}/${row.target_id}`,
        level: row.level,
        epoch: Number(row.epoch),
        from: iso(row.created_at),
        reason: row.reason,
        lifted_at: iso(row.lifted_at),
      })
    }
    for (const row of versions) {
      expect(policies.get(Number(row.version))).toEqual({ digest: row.digest, source: row.source, hold: row.hold_id })
    }
  })

  it('INV-21 rebuilds what permits were used for, and the key that signs them', async () => {
    const { permits } = fold(events)
    const uses = await rows('select permit_id, action_id, consumer_id, receipt, at from permit_use order by permit_id')
    expect(uses).toHaveLength(3)
    expect(permits.uses.size).toBe(3)
    for (const use of uses)
      expect(permits.uses.get(String(use.permit_id))).toEqual({
        action: use.action_id,
        consumer: use.consumer_id,
        receipt: use.receipt,
        at: iso(use.at),
      })
    expect(permits.key).toMatch(/^[\w-]{43}$/)
  })
})
