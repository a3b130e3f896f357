import { randomUUID } from 'node:crypto'
import { type ChildApp, pause } from './child-app'
import { signInOverHttp } from './people'
import { countRequest } from './tally'

/** One action as its agent knows it. */
export interface Asked {
  readonly agent: string
  readonly key: string
  readonly idempotency: string
  readonly action: Record<string, unknown>
  /** The first answer with 2xx; null while none has come: nobody knows whether it was decided. */
  answer: Body | null
}

/** One verdict of a person. Acknowledged: it was answered with 201. */
export interface Given {
  readonly hold: string
  readonly action: string
  readonly verdict: 'approve' | 'reject'
  acknowledged: boolean
}

// biome-ignore lint/suspicious/noExplicitAny: a test reads what it expects and fails where it is not there
export type Body = any

/** What everybody outside of the app remembers: it cannot be lost by killing the app. */
export interface Memory {
  readonly asked: Asked[]
  readonly given: Given[]
  /** Every decided answer that came with 2xx, whoever asked. */
  readonly told: Body[]
  /** The signed heads of the log that came along. */
  readonly heads: Set<string>
  /** Answers that no outage explains. */
  readonly odd: string[]
}

export interface Load {
  readonly memory: Memory
  /** Sessions of people who may decide. */
  readonly approvers: readonly string[]
  /** How many answers with 2xx there were. */
  acknowledged(): number
  start(): void
  /** Ends when everything that was on its way has been answered or lost. */
  stop(): Promise<void>
}

const tools = ['demo.hold_me', 'demo.allow_me', 'demo.hold_me', 'demo.deny_me'] as const

/** Sends one request of an agent or a person. Null: no answer, or one that says to try again. */
export async function send(
  url: string,
  method: string,
  headers: Record<string, string>,
  body?: unknown,
  signal?: AbortSignal,
): Promise<{ status: number; body: Body } | null> {
  countRequest()
  try {
    const response = await fetch(url, {
      method,
      headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal ? { signal } : {}),
    })
    const text = await response.text()
    return response.status === 503 ? null : { status: response.status, body: text === '' ? null : JSON.parse(text) }
  } catch {
    return null
  }
}

/** Agents that submit and wait, and approvers who decide what is held, until told to stop; outages do not stop them. */
export async function crashLoad(app: ChildApp, random: () => number): Promise<Load> {
  const memory: Memory = { asked: [], given: [], told: [], heads: new Set(), odd: [] }
  let open: Asked[] = []
  const approvers = await Promise.all(
    app.demo.users
      .filter(one => one.roles.includes('approver'))
      .map(async one => (await signInOverHttp(app.url, one.email, one.password)).cookie),
  )
  let acknowledged = 0
  let going = false
  let ended = new AbortController()
  let running: Promise<void>[] = []

  const remember = (body: Body) => {
    acknowledged++
    if (body.decision) memory.told.push(body)
    if (body.checkpoint) memory.heads.add(body.checkpoint)
  }
  const wait = async (asked: Asked): Promise<void> => {
    const path = `${app.url}/api/v1/actions/${asked.answer.id}`
    const headers = { authorization: `Bearer ${asked.key}`, prefer: 'wait=20' }
    while (going) {
      const reply = await send(path, 'GET', headers, undefined, ended.signal)
      if (!reply) await pause(20)
      else if (reply.status > 202) return void memory.odd.push(`wait: ${reply.status} ${reply.body.code}`)
      else {
        remember(reply.body)
        if (reply.status === 200) return
      }
    }
  }
  const submit = async ({ id, key }: { id: string; key: string }): Promise<void> => {
    const waits: Promise<void>[] = []
    while (going) {
      const tool = tools[Math.floor(random() * tools.length)] ?? tools[0]
      const asked: Asked = {
        agent: id,
        key,
        idempotency: randomUUID(),
        action: { tool, params: { n: memory.asked.length }, context: { session: 'crash' } },
        answer: null,
      }
      memory.asked.push(asked)
      const reply = await resend(app.url, asked)
      if (!reply) await pause(20)
      else if (reply.status > 202) memory.odd.push(`submit: ${reply.status} ${reply.body.code}`)
      else {
        asked.answer = reply.body
        remember(reply.body)
        if (reply.status === 202) {
          open.push(asked)
          if (random() < 0.3) waits.push(wait(asked))
        }
      }
    }
    await Promise.all(waits)
  }
  const review = async (cookie: string): Promise<void> => {
    while (going) {
      const asked = open.shift()
      // Some stay open, so that there is something to lose.
      if (!asked || random() < 0.3) {
        await pause(5)
        continue
      }
      const verdict = random() < 0.5 ? 'approve' : 'reject'
      const given: Given = { hold: asked.answer.hold.id, action: asked.answer.id, verdict, acknowledged: false }
      memory.given.push(given)
      const reply = await decide(app.url, cookie, given, asked.answer.digest)
      if (!reply) await pause(20)
      else if (reply.status !== 201) memory.odd.push(`review: ${reply.status} ${reply.body.code}`)
      else {
        given.acknowledged = true
        acknowledged++
      }
    }
  }
  return {
    memory,
    approvers,
    acknowledged: () => acknowledged,
    start() {
      going = true
      open = []
      ended = new AbortController()
      running = [...app.demo.agents.flatMap(agent => [submit(agent), submit(agent)]), ...approvers.map(review)]
    },
    async stop() {
      going = false
      ended.abort()
      await Promise.all(running)
    },
  }
}

/** Submits it, or submits it once more: the key says that it is the same. */
export const resend = (url: string, { key, idempotency, action }: Asked) =>
  send(
    `${url}/api/v1/actions`,
    'POST',
    { authorization: `Bearer ${key}`, 'idempotency-key': idempotency, prefer: 'wait=0' },
    action,
  )

/** One person's verdict on what was shown. */
export const decide = (url: string, cookie: string, given: Pick<Given, 'hold' | 'verdict'>, digest: string) =>
  send(
    `${url}/api/console/holds/${given.hold}/reviews`,
    'POST',
    { cookie, origin: url },
    { verdict: given.verdict, digest },
  )
