import { z } from 'zod'
import type { RecordedSession, RecordedStep } from './replay-file'
import { type Approvers, type Clerk, type Http, persistent, readHold } from './replay-people'
import type { Classifier } from './replay-registry'

const answer = z.object({
  id: z.string(),
  status: z.string(),
  decision: z.object({ verdict: z.enum(['allow', 'deny']) }).nullable(),
  hold: z.object({ id: z.string() }).nullable(),
})
export type Answered = z.output<typeof answer>

/** What became of one step. */
export interface Played {
  readonly session: string
  readonly step: RecordedStep
  /** Null when the gate never answered. */
  readonly action: Answered | null
  readonly problem: string | null
  /** Why people were asked, `rule: sentence`; empty where nobody was. */
  readonly why: readonly string[]
  readonly approvals: number
  /** Milliseconds from submitting to the answer, of what was not held. */
  readonly answered: number | null
  /** Milliseconds from the last review's sending to the waiting agent's answer. */
  readonly released: number | null
}

/** What one suite's sessions are played with. */
export interface Stage {
  readonly http: Http
  readonly url: string
  readonly key: string
  readonly run: string
  /** Reads holds; never decides one. */
  readonly onlooker: Clerk
  readonly classifier: Classifier
  /** Null: nobody decides, and holds expire. */
  readonly approvers: Approvers | null
  played(one: Played): void
}

const maxSources = 5
const patience = 120_000

/** Text as an agent may send it: at most `max` characters, nothing that strict JSON refuses. */
const bounded = (text: string, max: number) => text.replaceAll('\0', ' ').slice(0, max).toWellFormed()

/** Plays a session's steps in order; a denied one ends nothing. */
export async function playSession(stage: Stage, session: RecordedSession, at: number): Promise<void> {
  for (const [n, step] of session.steps.entries()) {
    const before = session.steps.slice(Math.max(0, n - maxSources), n)
    const body = {
      tool: step.tool,
      params: step.args,
      context: {
        session: session.session.slice(0, 200),
        prompt: bounded(session.prompt, 20_000),
        sources: before.map(one => ({ kind: 'tool_result', ref: one.tool, text: bounded(one.result, 2_000) })),
      },
      ...(stage.approvers ? {} : { deadline_seconds: 2 }),
    }
    stage.played(await playStep(stage, session.session, step, `${stage.run}:${at}:${n}`, JSON.stringify(body)))
  }
}

async function playStep(stage: Stage, session: string, step: RecordedStep, key: string, body: string): Promise<Played> {
  const found = { session, step, why: [] as string[], approvals: 0, answered: null, released: null }
  const headers = { authorization: `Bearer ${stage.key}` }
  let action: Answered | null = null
  try {
    const began = performance.now()
    const submit = { ...headers, 'content-type': 'application/json', prefer: 'wait=0', 'idempotency-key': key }
    action = read(await persistent(() => stage.http.send(`${stage.url}/api/v1/actions`, 'POST', submit, body)))
    if (action.decision) return { ...found, action, problem: null, answered: performance.now() - began }
    const wait = (seconds: number) =>
      persistent(() =>
        stage.http.send(`${stage.url}/api/v1/actions/${action?.id}`, 'GET', { ...headers, prefer: `wait=${seconds}` }),
      ).then(read)
    let released: number | null = null
    const handled = new Set<string>()
    while (!action.decision && performance.now() - began < patience) {
      const hold: string | undefined = action.hold?.id
      if (hold === undefined || handled.has(hold)) {
        action = await wait(5)
        continue
      }
      handled.add(hold)
      const seen = await readHold(stage.onlooker, hold)
      found.why.push(...new Set(seen.why.map(one => `${one.id}: ${one.sentence}`)))
      if (seen.kind === 'change') {
        await stage.classifier.classify(step.tool)
        action = await wait(0)
        continue
      }
      const waiting = wait(30)
      waiting.catch(() => undefined)
      if (stage.approvers) {
        let sent = performance.now()
        const release = waiting.then(
          () => performance.now(),
          () => Number.NaN,
        )
        found.approvals += await stage.approvers.approve(hold, seen, () => {
          sent = performance.now()
        })
        released = (await release) - sent
      }
      action = await waiting
    }
    return { ...found, action, problem: action.decision ? null : 'no decision in time', released }
  } catch (error) {
    return { ...found, action, problem: error instanceof Error ? error.message : String(error) }
  }
}

function read(reply: { status: number; text: string }): Answered {
  if (reply.status !== 200 && reply.status !== 202) throw new Error(`${reply.status} ${reply.text.slice(0, 300)}`)
  return answer.parse(JSON.parse(reply.text))
}

const own = z.object({ items: z.array(answer), next_cursor: z.string().nullable() })

/** Everything that the gate knows of this agent: each action read one by one, and the whole list. */
export async function readBack(stage: Pick<Stage, 'http' | 'url' | 'key'>, ids: readonly string[]) {
  const headers = { authorization: `Bearer ${stage.key}`, prefer: 'wait=0' }
  const get = (path: string) => persistent(() => stage.http.send(stage.url + path, 'GET', headers))
  const single = new Map<string, string>()
  for (const id of ids) {
    const reply = await get(`/api/v1/actions/${id}`)
    if (reply.status === 200 || reply.status === 202) single.set(id, read(reply).status)
  }
  const listed: string[] = []
  let cursor: string | null = null
  do {
    const reply = await get(`/api/v1/actions?limit=200${cursor ? `&cursor=${cursor}` : ''}`)
    if (reply.status !== 200) throw new Error(`the agent's list: ${reply.status} ${reply.text.slice(0, 200)}`)
    const page: z.output<typeof own> = own.parse(JSON.parse(reply.text))
    listed.push(...page.items.map(one => one.id))
    cursor = page.next_cursor
  } while (cursor)
  return { single, listed }
}
