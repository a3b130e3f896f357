import pino from 'pino'
import { beforeAll, describe, expect, it } from 'vitest'
import type { SignedIn } from '@/lib/access/permission'
import type { Level, Target } from '@/lib/containment/containment'
import { Refused } from '@/lib/kernel/problem'
import { guardShared } from '@/server/db/guard'
import { openDatabase } from '@/server/db/pool'
import { reader, transact } from '@/server/db/tx'
import { openVault } from '@/server/db/vault'
import { applyOne } from '@/server/engine/apply-changes'
import type { Instance } from '@/server/instance'
import { emptyFolder } from '@/server/testing/folder'
import { registry, type TestRegistry } from '@/server/testing/registry'
import { testConfig } from '@/server/testing/server'
import { engage } from './engage'
import { lift } from './lift'
import { loadContainments } from './store'
import { preview } from './view-store'
import { pageContainments } from './views'

let world: TestRegistry
let app: Instance
const home = emptyFolder('contain')
beforeAll(async () => {
  world = await registry()
  app = { config: testConfig(world.test.url), log: pino({ level: 'silent' }), db: world.db, vault: openVault(home) }
})

const code = (work: Promise<unknown>) =>
  work.then(
    () => 'fine',
    (error: unknown) => (error instanceof Refused ? error.code : error),
  )
/** The person as they would be had they just signed in, by this database's clock. */
async function freshly(person: SignedIn): Promise<SignedIn> {
  const [row] = (await world.db.pool.query<{ at: Date }>('select holdpoint.now() as at')).rows
  return { ...person, signed_in_at: row?.at ?? new Date(0) }
}
const on = (target: Target, level: Level) => ({ target, level, reason: 'it went wrong' })
const agentTarget = async (): Promise<Target> => ({ type: 'agent', id: (await world.agent()).id })
/** A second person agrees to a change, and the engine carries it out. */
async function agree(hold: string): Promise<string> {
  await world.db.pool.query(`update hold set status = 'approved', decided_at = holdpoint.now() where id = $1`, [hold])
  await applyOne(app, hold)
  const [row] = (
    await world.db.pool.query<{ status: string; failure: string | null }>(
      'select status, failure from hold where id = $1',
      [hold],
    )
  ).rows
  return `${row?.status}${row?.failure ? ` ${row.failure}` : ''}`
}

describe('throwing a switch', () => {
  it('is idempotent, refuses what is weaker, and adds what is stronger', async () => {
    const target = await agentTarget()
    const governor = await freshly(world.governor)
    const first = await engage(app, governor, on(target, 'paused'))
    const again = await engage(app, governor, on(target, 'paused'))
    expect([first.fresh, again.fresh, again.containment.id]).toEqual([true, false, first.containment.id])
    expect(await code(engage(app, governor, on(target, 'guarded')))).toBe('containment.weaker')
    expect((await engage(app, governor, on(target, 'killed'))).fresh).toBe(true)
    expect(await code(engage(app, governor, on(target, 'paused')))).toBe('containment.weaker')
    expect((await world.events('containment.engaged')).filter(one => one.data.target_id === target.id)).toHaveLength(2)
  })

  it('asks for a fresh sign-in for quarantine and kill, and not for a pause', async () => {
    const target = await agentTarget()
    const stale = { ...(await freshly(world.governor)), signed_in_at: new Date(0) }
    expect(await code(engage(app, stale, on(target, 'killed')))).toBe('session.stale')
    expect(await code(engage(app, stale, on(target, 'quarantined')))).toBe('session.stale')
    expect(await code(engage(app, stale, on(target, 'paused')))).toBe('fine')
  })

  it('lets owner, backup and the team’s approvers pause the agent or its session, and no more', async () => {
    const target = await agentTarget()
    for (const person of [world.owner, world.backup, world.approver]) {
      const now = await freshly(person)
      expect(await code(engage(app, now, on({ type: 'session', id: `${target.id}/s-${person.id}` }, 'paused')))).toBe(
        'fine',
      )
      expect(await code(engage(app, now, on(target, 'paused')))).toBe('fine')
      expect(await code(engage(app, now, on(target, 'killed')))).toBe('request.forbidden')
      expect(await code(engage(app, now, on({ type: 'team', id: world.team }, 'paused')))).not.toBe('fine')
      expect(await code(engage(app, now, on({ type: 'organisation', id: '' }, 'paused')))).toBe('request.forbidden')
    }
    expect(await code(engage(app, await freshly(world.viewer), on(target, 'paused')))).toBe('request.forbidden')
  })

  it('I13 answers a hidden target like a missing one', async () => {
    const target = await agentTarget()
    expect(await code(engage(app, await freshly(world.outsider), on(target, 'paused')))).toBe('request.not_found')
    expect(
      await code(
        engage(
          app,
          await freshly(world.governor),
          on({ type: 'agent', id: 'agt_01ARZ3NDEKTSV4RRFFQ69G5FAV' }, 'paused'),
        ),
      ),
    ).toBe('request.not_found')
  })

  it('K15 stops a person at thirty switches a minute', async () => {
    const flood = await freshly(await world.person('Flo Flood', [{ role: 'governor', team_id: null }]))
    const answers = []
    for (let i = 0; i < 31; i++)
      answers.push(await code(engage(app, flood, on({ type: 'tool', id: `tool-${i}` }, 'watched'))))
    expect(answers.filter(one => one === 'limit.exceeded')).toHaveLength(1)
  })

  it('K08 goes through while the gate’s whole pool is taken and holds the guard', async () => {
    const target = await agentTarget()
    const governor = await freshly(world.governor)
    const others = await openDatabase(world.test.url, 2)
    const stuck = [0, 1].map(() =>
      transact(others, async tx => {
        await guardShared(tx)
        await tx.query('select pg_sleep(30)')
      }).catch((error: unknown) => error),
    )
    await transact(others, async () => undefined).catch(() => undefined)
    const started = performance.now()
    expect(
      (await engage({ db: { ...others, emergency: world.db.emergency } }, governor, on(target, 'killed'))).fresh,
    ).toBe(true)
    expect(performance.now() - started).toBeLessThan(4_000)
    await Promise.all(stuck)
    await others.close()
  })

  it('K10 is there for whoever opens the database next', async () => {
    const target = await agentTarget()
    const { containment } = await engage(app, await freshly(world.governor), on(target, 'killed'))
    const next = await openDatabase(world.test.url, 2)
    expect((await loadContainments(reader(next.pool))).find(one => one.id === containment.id)).toMatchObject({
      level: 'killed',
      lifted_at: null,
    })
    await next.close()
  })
})

describe('lifting', () => {
  it('K05 the owner never lifts the kill or the pause of their own agent', async () => {
    const mine = await world.person('Otis Owner', [{ role: 'governor', team_id: null }])
    const { id } = await world.agent({ owner_id: mine.id })
    const target: Target = { type: 'agent', id }
    const paused = await engage(app, await freshly(world.governor), on(target, 'paused'))
    expect(await code(lift(app, await freshly(mine), paused.containment.id, 'it is fine'))).toBe('request.forbidden')
    const killed = await engage(app, await freshly(world.governor), on(target, 'killed'))
    expect(await code(lift(app, await freshly(mine), killed.containment.id, 'it is fine'))).toBe('request.forbidden')
    expect(
      (await loadContainments(reader(world.db.pool))).filter(one => one.target.id === id && !one.lifted_at),
    ).toHaveLength(2)
    expect((await world.events('containment.lifted')).filter(one => one.subjects.includes(id))).toHaveLength(0)
  })

  it('a pause is lifted at once by another governor, and by who threw it within a minute', async () => {
    const target = await agentTarget()
    const first = await engage(app, await freshly(world.approver), on(target, 'paused'))
    expect(await code(lift(app, world.approver, first.containment.id, 'a mistake'))).toBe('fine')
    expect(await code(lift(app, world.governor, first.containment.id, 'again'))).toBe('containment.lifted')
    const second = await engage(app, await freshly(world.approver), on(target, 'paused'))
    await world.test.moveClock(61)
    expect(await code(lift(app, world.approver, second.containment.id, 'too late'))).toBe('request.forbidden')
    expect(await code(lift(app, world.governor, second.containment.id, 'checked'))).toBe('fine')
    expect((await world.events('containment.lifted')).filter(one => one.subjects.includes(target.id))).toHaveLength(2)
  })

  it('a kill is lifted by two people, and its epoch stays', async () => {
    const target = await agentTarget()
    const { containment } = await engage(app, await freshly(world.governor), on(target, 'killed'))
    const asked = await lift(app, world.governor, containment.id, 'root cause found')
    expect(asked).toHaveProperty('hold_id')
    expect(await code(lift(app, world.administrator, containment.id, 'twice'))).toBe('change.open')
    expect('hold_id' in asked && (await agree(asked.hold_id))).toBe('applied')
    const after = (await loadContainments(reader(world.db.pool))).find(one => one.id === containment.id)
    expect(after?.lifted_at).not.toBeNull()
    expect(after?.epoch).toBe(containment.epoch)
  })

  it('K07 throwing it again wins over a lift that was on its way', async () => {
    const target = await agentTarget()
    const governor = await freshly(world.governor)
    const { containment } = await engage(app, governor, on(target, 'killed'))
    const asked = await lift(app, governor, containment.id, 'looks fine')
    const again = await engage(app, await freshly(world.administrator), on(target, 'killed'))
    expect(again).toMatchObject({ fresh: false, containment: { id: containment.id } })
    expect(again.containment.epoch).toBeGreaterThan(containment.epoch)
    expect('hold_id' in asked && (await agree(asked.hold_id))).toBe('failed change.stale')
    expect((await loadContainments(reader(world.db.pool))).find(one => one.id === containment.id)?.lifted_at).toBeNull()
  })

  it('K07 engage and lift released together: one order or the other, never both or neither', async () => {
    for (let round = 0; round < 20; round++) {
      const target: Target = { type: 'tool', id: `race-${round}` }
      const lifter = await freshly(await world.person(`Lina Lifter ${round}`, [{ role: 'governor', team_id: null }]))
      const { containment } = await engage(app, lifter, on(target, 'paused'))
      const other = await freshly(await world.person(`Rita Racer ${round}`, [{ role: 'governor', team_id: null }]))
      const [, engaged] = await Promise.all([
        lift(app, lifter, containment.id, 'over'),
        engage(app, other, on(target, 'killed')),
      ])
      const now = (await loadContainments(reader(world.db.pool))).filter(one => one.target.id === target.id)
      expect(now.find(one => one.id === engaged.containment.id)?.lifted_at).toBeNull()
      expect(now.find(one => one.id === containment.id)?.lifted_at).not.toBeNull()
      expect(engaged.containment.epoch).toBeGreaterThan(containment.epoch)
    }
  })
})

describe('what people see', () => {
  it('K11 lists what is in force and what was, to those who may see it', async () => {
    const target = await agentTarget()
    const { containment } = await engage(app, await freshly(world.governor), on(target, 'watched'))
    const list = async (person: SignedIn) =>
      (await pageContainments(reader(world.db.pool), person, { status: 'in_force', limit: 200 })).items
    expect((await list(world.viewer)).find(one => one.id === containment.id)).toMatchObject({
      level: 'watched',
      target: { type: 'agent', id: target.id },
      may_lift: false,
    })
    expect((await list(world.governor)).find(one => one.id === containment.id)?.may_lift).toBe(true)
    expect((await list(world.outsider)).some(one => one.id === containment.id)).toBe(false)
  })

  it('counts what a switch would stop, for every type of target', async () => {
    const { id } = await world.agent()
    const db = reader(world.db.pool)
    expect(await preview(db, 'agent', id)).toMatchObject({ agents: 1, open_holds: 0, waiting_calls: 0, sessions: 0 })
    expect((await preview(db, 'team', world.team)).agents).toBeGreaterThan(1)
    expect((await preview(db, 'team', world.otherTeam)).agents).toBe(0)
    for (const [type, target] of [
      ['organisation', ''],
      ['owner', world.owner.id],
      ['session', `${id}/s`],
      ['instance', `${id}/i`],
      ['tool', 't'],
      ['environment', 'production'],
      ['credential', 'crd_1'],
    ] as const) {
      expect((await preview(db, type, target)).names.length, type).toBeLessThanOrEqual(5)
    }
  })
})
