import { randomUUID } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, inject, it } from 'vitest'
import { pause } from '@/server/testing/child-app'
import { recordsAgree } from '@/server/testing/crash-facts'
import { decide } from '@/server/testing/crash-load'
import { dice } from '@/server/testing/dice'
import { killable } from '@/server/testing/killable'
import { lossy } from '@/server/testing/lossy'
import { type Heard, newClient, startGateway, upstreamFolder } from '@/server/testing/mcp'
import { signInOverHttp } from '@/server/testing/people'
import { tallyRounds } from '@/server/testing/tally'
import { maintain } from '@/server/testing/template'
import { digestOfCall } from './pending'

/*
 * Behind the gateway Holdpoint is a process, and its PostgreSQL are processes. Either is killed with -9 while calls are on
 * their way, at a message counted from the request that the round is about. What the server behind the gateway has written
 * down is the witness: it is compared with what clients were told, and with actions and permits as they are after recovery.
 */
const { app, between, databaseUrl, victims } = await killable()
const network = await lossy(app.url)
const upstream = upstreamFolder()
writeFileSync(
  join(upstream.folder, 'tools.json'),
  JSON.stringify(
    ['demo.allow_me', 'demo.hold_me'].map(name => ({ name, description: name, inputSchema: { type: 'object' } })),
  ),
)
const front = (wait_seconds: number) =>
  startGateway({ holdpoint: network.url, wait_seconds, servers: { demo: { ...upstream.stdio, prefix: '' } } })
// One outlasts the outage, the other tells its clients of it.
const gateways = { patient: await front(45), hasty: await front(1) }
const approvers = await Promise.all(
  app.demo.users
    .filter(one => one.roles.includes('approver'))
    .map(async one => (await signInOverHttp(app.url, one.email, one.password)).cookie),
)
const roll = dice(inject('seed'))
const rounds = 2 * inject('scale')
const together = 6

/**
 * What a round is about: the requests from whose first on messages are counted, and up to which of them. What is allowed at once
 * is used in the commit of its decision; a permit is used by itself where people have approved.
 */
const points: Readonly<Record<string, { tool: string; from: RegExp; most: number; approved?: true }>> = {
  'while it is decided': { tool: 'demo.allow_me', from: /^POST \/api\/v1\/actions$/, most: 16 },
  'while it is held': { tool: 'demo.hold_me', from: /^GET \/api\/v1\/actions\/act_/, most: 10 },
  'while its permit is used': {
    tool: 'demo.hold_me',
    from: /^POST \/api\/v1\/permits\/verify$/,
    most: 16,
    approved: true,
  },
}

/** Kills at the nth message to the database after the first such request, 0 being the request itself. Resolves when it has. */
function killedAt(from: RegExp, nth: number, kill: () => void): Promise<void> {
  return new Promise(done => {
    let seen = -1
    const count = () => {
      if (++seen !== nth) return
      between.judge(null)
      network.judge(null)
      kill()
      done()
    }
    network.judge((method, path) => {
      if (seen >= 0 || !from.test(`${method} ${path}`)) return 'pass'
      count()
      if (seen < nth)
        between.judge(() => {
          count()
          return 'pass'
        })
      return 'pass'
    })
  })
}

interface Row {
  readonly digest: string
  readonly status: string
  readonly used: boolean
}
const actionsOf = async (digests: readonly string[]): Promise<Row[]> =>
  (
    await maintain(
      databaseUrl,
      `select a.digest, a.status, u.action_id is not null as used from action a
       left join permit_use u on u.action_id = a.id where a.digest in (${digests.map(one => `'${one}'`).join(',')})`,
    )
  ).rows

/** People approve whatever is held with one of these digests. */
async function approveAll(digests: readonly string[]): Promise<void> {
  const { rows } = await maintain(
    databaseUrl,
    `select a.id as action, a.hold_id as hold, a.digest from action a
     where a.status = 'held' and a.digest in (${digests.map(one => `'${one}'`).join(',')})`,
  )
  for (const { digest, ...one } of rows)
    expect((await decide(app.url, approvers[0] ?? '', { ...one, verdict: 'approve' }, digest))?.status).toBe(201)
}

const no = () => false

describe.each(Object.entries(victims))('kill -9 of %s in mid-call', (_, { kill, back }) => {
  it.for(Object.entries(points))(
    `INV-03 INV-04 %s: nothing runs without an allow, nothing twice, and each client hears which it was (${rounds} rounds)`,
    { timeout: 60_000 * rounds },
    async ([, { tool, from, most, approved }], { task }) => {
      for (let round = 0; round < rounds; round++) {
        const patient = approved || round % 2 === 0
        const agent = app.demo.agents[round % app.demo.agents.length]
        const client = await newClient((patient ? gateways.patient : gateways.hasty).url, agent?.key ?? '')
        const marks = Array.from({ length: together }, () => randomUUID())
        const digests = marks.map(mark => digestOfCall(tool, { mark }))
        const runs = (mark: string) => upstream.calls().filter(one => one.arguments?.mark === mark).length
        let open = together
        const asked = new Map<string, number>()
        const call = async (mark: string): Promise<Heard> => {
          asked.set(mark, (asked.get(mark) ?? 0) + 1)
          const said = await client.call(tool, { mark })
          open--
          // Said now, and true now: not when everything has been put right again.
          if (!said.isError) expect(runs(mark)).toBe(1)
          else {
            expect(['pending', 'unavailable'], said.text).toContain(said.decision?.status)
            expect(said.text).toMatch(/was not run/)
            expect(runs(mark)).toBe(0)
          }
          return said
        }
        const nth = Math.floor(roll() * most)
        const killed = killedAt(from, nth, kill)
        const first = Promise.all(marks.map(call))
        for (let over = !approved; !over; )
          over = await Promise.race([
            killed.then(() => true),
            approveAll(digests)
              .then(() => pause(100))
              .then(no, no),
          ])
        await killed
        expect(open).toBeGreaterThan(0)
        // Who outlasts it is told when it is back; who does not, before.
        if (!patient) await first
        await back()
        while (open > 0) {
          await approveAll(digests)
          await Promise.race([first, pause(100)])
        }
        const said = await first
        // What was not run may be asked for again, and is run then: once in all.
        for (const [at, mark] of marks.entries()) {
          for (let again = said[at]; again?.isError; again = await call(mark)) await approveAll(digests)
        }
        await client.close()
        const rows = await actionsOf(digests)
        for (const [at, mark] of marks.entries()) {
          const own = rows.filter(one => one.digest === digests[at])
          expect(runs(mark)).toBe(1)
          // However often the gateway tried, one call has asked once.
          expect(own.length).toBeLessThanOrEqual(asked.get(mark) ?? 0)
          const used = own.filter(one => one.used)
          expect(used.length).toBeGreaterThanOrEqual(1)
          for (const one of used) expect(['allowed', 'approved']).toContain(one.status)
        }
        await recordsAgree(app)
      }
      tallyRounds(task, rounds)
    },
  )
})
