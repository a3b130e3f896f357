import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type pg from 'pg'
import { io } from 'socket.io-client'
import { client, percentile, type Rate, rate, warmMs } from './load'
import { signIn } from './people'
import type { Subject } from './server'

const json = { 'content-type': 'application/json' }

interface Held {
  readonly id: string
  readonly digest: string
  readonly hold: { readonly id: string }
}

/** Agents and approvers of the demo, with connections that are kept. */
export async function actors(subject: Subject, connections: number) {
  const http = client(connections)
  const agent = subject.demo.agents[0]
  const approvers = subject.demo.users.filter(user => user.roles.includes('approver'))
  if (!agent || !approvers[0]) throw new Error('the demo has no agent or no approver')
  const people = await Promise.all(approvers.map(user => signIn(subject.url, user)))
  const person = people[0] ?? { cookie: '', origin: '' }
  const bearer = { authorization: `Bearer ${agent.key}` }
  const post = async (tool: string, operation: string, params: Record<string, unknown>, more = {}) => {
    const reply = await http.send(
      `${subject.url}/api/v1/actions`,
      'POST',
      { ...json, ...bearer, prefer: 'wait=0', 'idempotency-key': randomUUID() },
      JSON.stringify({ tool, operation, params, ...more }),
    )
    if (reply.status !== 200 && reply.status !== 202)
      throw new Error(`submit: ${reply.status} ${reply.text.slice(0, 200)}`)
    return reply
  }
  return {
    http,
    agent,
    person,
    ask: (n: number) => post('demo.allow_me', 'read', { n }),
    hold: async (params: Record<string, unknown>, more = {}): Promise<Held> =>
      JSON.parse((await post('demo.hold_me', 'execute', params, more)).text),
    wait: (id: string, seconds: number) =>
      http.send(`${subject.url}/api/v1/actions/${id}`, 'GET', { ...bearer, prefer: `wait=${seconds}` }),
    async approve(held: Held): Promise<void> {
      const reply = await http.send(
        `${subject.url}/api/console/holds/${held.hold.id}/reviews`,
        'POST',
        { ...json, ...person },
        JSON.stringify({ verdict: 'approve', digest: held.digest }),
      )
      if (reply.status !== 201) throw new Error(`approve: ${reply.status} ${reply.text.slice(0, 200)}`)
    },
    get: (path: string) => http.send(subject.url + path, 'GET', { cookie: person.cookie }),
    close: () => http.close(),
  }
}
export type Actors = Awaited<ReturnType<typeof actors>>

/** Whole cycles: submit, wait, review, and the waiting agent is answered. */
export function cycles(who: Actors, seconds: number): Promise<Rate> {
  return rate(32, seconds, async n => {
    const held = await who.hold({ n, r: randomUUID() })
    const answer = who.wait(held.id, 30)
    await who.approve(held)
    if ((await answer).status !== 200) throw new Error('a released agent was not answered')
  })
}

/** What waits, and what ends that. */
export interface Releasing {
  readonly waiting: Promise<unknown>
  readonly release: () => Promise<unknown>
}

/** A held action of ours, and a request that waits at the bare server. */
export const ours = (who: Actors) => async (): Promise<Releasing> => {
  const held = await who.hold({ r: randomUUID() })
  return { waiting: who.wait(held.id, 30), release: () => who.approve(held) }
}
export const bareWaiting = (url: string, http: Actors['http']) => async (): Promise<Releasing> => {
  const id = randomUUID()
  return {
    waiting: http.send(`${url}/wait/${id}`, 'GET', {}),
    release: () => http.send(`${url}/release/${id}`, 'POST', json, JSON.stringify({ tool: 'demo.hold_me' })),
  }
}

/** Review sent to agent answered, one at a time, once compilers and plans have settled. */
export async function releases(begin: () => Promise<Releasing>, count: number): Promise<number[]> {
  const one = async (): Promise<number> => {
    const { waiting, release } = await begin()
    await new Promise(resolve => setTimeout(resolve, 15))
    const began = performance.now()
    const released = release()
    await waiting
    const took = performance.now() - began
    await released
    return took
  }
  const times: number[] = []
  for (const warm = performance.now() + warmMs; performance.now() < warm; ) await one()
  while (times.length < count) times.push(await one())
  return times
}

/** Blocks `count` agents on one kill switch's reach, then throws it: connections held, memory each, and the last answer. */
export async function waiters(subject: Subject, pool: pg.Pool, count: number) {
  const who = await actors(subject, count + 64)
  const governor = subject.demo.users.find(user => user.roles.includes('governor'))
  if (!governor) throw new Error('the demo has no governor')
  const person = await signIn(subject.url, governor)
  const holds: Held[] = []
  for (let n = 0; n < count; n += 100)
    holds.push(...(await Promise.all(Array.from({ length: 100 }, (_, i) => who.hold({ waiter: n + i })))))
  const busy = async () =>
    Number(
      (
        await pool.query(
          `select count(*) as n from pg_stat_activity where application_name = 'holdpoint' and state <> 'idle'`,
        )
      ).rows[0]?.n,
    )
  const before = memory(subject.pid)
  let answered = 0
  let last = 0
  let slowest = 0
  const all = holds.map(held =>
    who.wait(held.id, 290).then(({ text }) => {
      answered++
      last = performance.now()
      // By the database's clock, which is this machine's.
      const decided = /"decided_at":"([^"]+)"/.exec(text)?.[1]
      if (decided) slowest = Math.max(slowest, Date.now() - Date.parse(decided))
    }),
  )
  await new Promise(resolve => setTimeout(resolve, 8_000))
  // What the server does by itself comes and goes; what waiters held would be there at every look.
  let connections = Number.POSITIVE_INFINITY
  for (let look = 0; look < 20 && connections > 0; look++) connections = Math.min(connections, await busy())
  const held = { connections, kilobytes: (memory(subject.pid) - before) / count, early: answered }
  const began = performance.now()
  const kill = await fetch(`${subject.url}/api/console/containment`, {
    method: 'POST',
    headers: { ...json, ...person },
    body: JSON.stringify({ target: { type: 'agent', id: who.agent.id }, level: 'killed', reason: 'bench' }),
  })
  const acknowledged = performance.now() - began
  if (kill.status !== 201) throw new Error(`kill: ${kill.status} ${await kill.text()}`)
  await Promise.all(all)
  who.close()
  return { ...held, acknowledged, slowest, lastAfterKill: last - began - acknowledged }
}

/** Resident kilobytes of a process, as Linux tells. */
function memory(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? Number.NaN)
}

/** Submission to the moment at which a client that heard the hint has the new row, as an open browser does. */
export async function visible(subject: Subject, who: Actors, count: number): Promise<number[]> {
  const socket = io(subject.url, {
    path: '/live/',
    transports: ['websocket'],
    extraHeaders: { cookie: who.person.cookie, origin: subject.url },
  })
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve)
    socket.once('connect_error', reject)
  })
  let heard = 0
  let wake = () => {}
  socket.on('hint', (hint: { type: string }) => {
    if (hint.type !== 'hold') return
    heard++
    wake()
  })
  const hintAfter = (known: number) =>
    new Promise<void>(resolve => {
      wake = resolve
      if (heard > known) resolve()
    })
  const times: number[] = []
  for (let n = 0; n < count; n++) {
    const began = performance.now()
    let known = heard
    // It ends before all others, so that it stands on the first page however many are open.
    const held = await who.hold({ seen: n, r: randomUUID() }, { deadline_seconds: 600 })
    for (let shown = ''; !shown.includes(held.hold.id); ) {
      await hintAfter(known)
      known = heard
      const reply = await who.get('/api/console/holds?status=open&limit=200')
      if (reply.status !== 200) throw new Error(`list: ${reply.status}`)
      shown = reply.text
    }
    times.push(performance.now() - began)
    await who.approve(held)
  }
  socket.close()
  return times
}

/** p95 of each list, asked one at a time. */
export async function lists(who: Actors, paths: readonly string[]): Promise<Map<string, number>> {
  const found = new Map<string, number>()
  for (const path of paths) {
    const times: number[] = []
    for (let n = 0; n < 60; n++) {
      const began = performance.now()
      const reply = await who.get(path)
      if (reply.status !== 200) throw new Error(`${path}: ${reply.status}`)
      times.push(performance.now() - began)
    }
    found.set(path, percentile(times, 0.95))
  }
  return found
}

/** Copies one decided action a million times, with ids in order and spread over agents and sessions. */
export async function fillActions(pool: pg.Pool, count: number, agents: readonly string[]): Promise<void> {
  await pool.query(
    `insert into action (id, agent_id, credential_id, key, body_digest, digest, tool, operation, resource_type, environment, classification, reversible,
       session, facts, status, decision, decided_at, created_at)
     select 'act_00' || lpad(n::text, 24, '0'), ($2::text[])[1 + n % array_length($2::text[], 1)], a.credential_id, 'fill-' || n, a.body_digest, a.digest, a.tool, a.operation,
       a.resource_type, a.environment, a.classification, a.reversible, 'fill-' || n % 5000, a.facts, a.status, a.decision, a.decided_at, a.created_at - n * interval '1 second'
     from generate_series(1, $1::int) n, (select * from action where status = 'allowed' limit 1) a`,
    [count, agents],
  )
  await pool.query('analyze action')
}
