import { beforeAll, describe, expect, inject, it } from 'vitest'
import { childApp, pause } from '@/server/testing/child-app'
import { childrenOf } from '@/server/testing/children'
import { decisionsStand, heldDecidable, keysAgree, logVerifies, recordsAgree } from '@/server/testing/crash-facts'
import { crashLoad, type Load, send } from '@/server/testing/crash-load'
import { dice } from '@/server/testing/dice'
import { signInOverHttp } from '@/server/testing/people'
import { tallyRequests, tallyRounds } from '@/server/testing/tally'

/*
 * The product as a process and PostgreSQL as its processes, killed with -9 while four agents and four approvers use them.
 * What they were told, they remember: afterwards the database, the gate and the log must say the same.
 */
const app = await childApp()
tallyRequests()
const rounds = inject('scale')
const seed = inject('seed')
const random = dice(seed)
let load: Load
let auditor = ''
let governor = ''

const signIn = async (role: string) => {
  const who = app.demo.users.find(one => one.roles.includes(role))
  return (await signInOverHttp(app.url, who?.email ?? '', who?.password ?? '')).cookie
}
const kill = (pids: readonly number[]) => {
  for (const pid of pids) {
    try {
      process.kill(pid, 'SIGKILL')
    } catch {
      // Those before it have taken it along.
    }
  }
}

beforeAll(async () => {
  load = await crashLoad(app, random)
  auditor = await signIn('auditor')
  governor = await signIn('governor')
})

/** Waits for so many more answers: full service is there within 30 s (INV-44). */
async function answers(more: number): Promise<void> {
  const wanted = load.acknowledged() + more
  for (const end = performance.now() + 30_000; load.acknowledged() < wanted; await pause(1)) {
    if (performance.now() > end) throw new Error(`no service within 30 s; odd answers: ${load.memory.odd.join('\n')}`)
  }
}

/** Load, a fault at a moment that the seed chooses, service again, and then everything is compared. */
async function cycle(fault: () => Promise<void>): Promise<void> {
  const { memory } = load
  const [asked, told] = [memory.asked.length, memory.told.length]
  load.start()
  try {
    await answers(30 + Math.floor(random() * 120))
    await pause(random() * 20)
    await fault()
    await app.ready()
    await answers(30)
  } finally {
    await load.stop()
  }
  expect(memory.odd, app.said()).toEqual([])
  await decisionsStand(app, memory, told)
  const held = await keysAgree(app, memory, asked)
  await heldDecidable(app, load, held)
  await recordsAgree(app)
  await logVerifies(app, memory, auditor)
}

const faults = {
  everything: (postmaster: number) => [...childrenOf(postmaster).map(one => one.pid), postmaster],
  postmaster: (postmaster: number) => [postmaster],
  // Whoever loses one backend this way distrusts the shared memory and restarts them all.
  backend: (postmaster: number) => {
    const backends = childrenOf(postmaster).filter(one => /postgres: holdpoint .*\d\(\d+\)/.test(one.command))
    return backends
      .slice(Math.floor(random() * backends.length))
      .map(one => one.pid)
      .slice(0, 1)
  },
} as const

describe(`kill -9 under load, ${rounds} cycles each, seed ${seed}`, () => {
  it(
    'INV-03 INV-04 INV-31 L05 of the app: what was acknowledged stands, and nothing is allowed without its record',
    async ({ task }) => {
      for (let round = 0; round < rounds; round++) {
        await cycle(async () => {
          await app.kill()
          await app.start()
        })
      }
      tallyRounds(task, rounds)
    },
    120_000 * rounds,
  )

  it(
    'INV-03 INV-04 INV-31 INV-44 G08 of PostgreSQL: the same, and the app brings it back by itself',
    async ({ task }) => {
      for (let round = 0; round < rounds; round++) {
        const kinds = ['backend', 'everything', 'postmaster'] as const
        const kind = kinds[round % kinds.length] ?? 'everything'
        await cycle(async () => kill(faults[kind](app.postgresPid())))
      }
      tallyRounds(task, rounds)
    },
    120_000 * rounds,
  )

  it(
    'K10 INV-28 of the app as soon as a kill switch was acknowledged: it is in force after the start',
    async ({ task }) => {
      for (let round = 0; round < rounds; round++) {
        const agent = app.demo.agents[round % app.demo.agents.length]
        const session = `killed-${round}`
        const target = { type: 'session', id: `${agent?.id}/${session}` }
        const thrown = { target, level: 'killed', reason: 'Something is wrong here.' }
        const path = `${app.url}/api/console/containment`
        const engaged = await send(path, 'POST', { cookie: governor, origin: app.url }, thrown)
        await app.kill()
        expect([engaged?.status, engaged?.body.level], JSON.stringify(engaged)).toEqual([201, 'killed'])
        await app.start()
        const asked = await send(
          `${app.url}/api/v1/actions`,
          'POST',
          { authorization: `Bearer ${agent?.key}`, 'idempotency-key': session, prefer: 'wait=0' },
          { tool: 'demo.allow_me', params: {}, context: { session } },
        )
        expect(asked?.body).toMatchObject({ status: 'denied', decision: { code: 'containment.killed' } })
      }
      tallyRounds(task, rounds)
    },
    60_000 * rounds,
  )

  it('INV-02 every decision that was told in all those cycles is still the same, word for word', async () => {
    await decisionsStand(app, load.memory)
  }, 300_000)
})
