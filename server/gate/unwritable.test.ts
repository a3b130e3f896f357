import pg from 'pg'
import { afterAll, describe, expect, it } from 'vitest'
import { everything, type Reply, world } from '@/server/testing/world'

const w = await world(1, { databaseSeconds: 1 })
await w.tools({ look: { operation: 'read' }, run: {} })
const scopes = [everything]
const agent = await w.agent({ scopes })
const approver = await w.signedIn(w.approver)
const owner = new pg.Client({ connectionString: w.test.url })
await owner.connect()
afterAll(() => owner.end())
let n = 0
const look = () => w.submit(agent.key, { tool: 'look', params: { n: n++ } })
const state = async () =>
  (
    await owner.query(`select (select count(*) from action)::integer as actions, (select count(*) from review)::integer as reviews,
      (select count(*) from containment)::integer as switches, (select count(*) from event)::integer as events,
      (select string_agg(status, ',' order by id) from hold) as holds`)
  ).rows[0]

function closed({ status, headers, body }: Reply, what: string): void {
  expect([what, status, body?.code]).toEqual([what, 503, 'service.unavailable'])
  expect(Number(headers.get('retry-after'))).toBeGreaterThan(0)
}

const full = `create or replace function full_disk() returns trigger language plpgsql as
  $$ begin raise exception 'no space left on device' using errcode = '53100'; end $$;
  create trigger full_disk before insert on event execute function full_disk()`

const readOnly = full
  .replaceAll('full_disk', 'only_reads')
  .replace('53100', '25006')
  .replace('no space left on device', 'cannot execute INSERT in a read-only transaction')

describe('what cannot be recorded does not happen', () => {
  it.each([
    ['the disk is full', full, 'drop trigger full_disk on event'],
    [
      'the right to write the log is taken away',
      'revoke insert on event from holdpoint_app',
      'grant insert on event to holdpoint_app',
    ],
    ['a standby has taken over that only reads', readOnly, 'drop trigger only_reads on event'],
    ['somebody else has locked it', 'begin; lock table event in share row exclusive mode', 'rollback'],
  ])(
    'L07 INV-37 INV-31 D07 %s: nothing is allowed or approved, no switch without its event, and all goes on by itself afterwards',
    async (_name, breaks, mends) => {
      const held = (await w.submit(agent.key, { tool: 'run', params: { n: n++ } })).body
      const governor = await w.signedIn(w.governor)
      expect(held.status).toBe('held')
      const review = () =>
        approver('POST', `/api/console/holds/${held.hold.id}/reviews`, { verdict: 'approve', digest: held.digest })
      const other = await w.agent()
      const before = await state()
      await owner.query(breaks)
      try {
        // The kill switch has connections of its own, of the owner: where only our rights are gone, it is thrown and recorded.
        for (const [what, reply] of Object.entries({
          submit: await look(),
          hold: await w.gate(
            agent.key,
            'POST',
            '/api/v1/actions',
            { tool: 'run', params: {} },
            { 'idempotency-key': 'k' },
          ),
          review: await review(),
          pause: await governor('POST', '/api/console/containment', {
            target: { type: 'agent', id: other.id },
            level: 'paused',
            reason: 'x',
          }),
        }))
          if (what !== 'pause' || reply.status !== 201) closed(reply, what)
          else expect((await w.events('containment.engaged')).at(-1)?.subjects).toContain(other.id)
      } finally {
        await owner.query(mends)
      }
      const { switches, events, ...rest } = await state()
      const { switches: _, events: __, ...was } = before
      expect(rest).toEqual(was)
      expect(events - before.events, 'each switch has its event').toBe(switches - before.switches)
      expect((await look()).body.decision).toMatchObject({ verdict: 'allow' })
      expect((await review()).body.status).toBe('approved')
    },
  )
})
