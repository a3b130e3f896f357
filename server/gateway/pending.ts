import { hash, randomUUID } from 'node:crypto'
import { actionDigest } from '@/lib/kernel/digest'
import type { Caller } from './holdpoint'

/** One asking of one call: the same key finds the same action, whoever asks again. */
export interface Asking {
  readonly key: string
  /** Holdpoint's id, once it is known. */
  id: string | null
  /** Picked up from Holdpoint: it may have been run by whoever asked first, so that only its permit can tell. */
  readonly found: boolean
}

type Waits = 'held' | 'approved' | 'allowed'

interface Listed {
  readonly id?: unknown
  readonly digest?: unknown
  readonly outcome?: unknown
}

/** Whose call it is, and how Holdpoint tells what of theirs waits. */
interface Whose extends Pick<Caller, 'id'> {
  readonly holdpoint: {
    list(of: { status: Waits; session: string; limit: number; cursor?: string }): Promise<{
      readonly items: readonly Listed[]
      readonly nextCursor: string | null
    }>
  }
}

/** Calls that wait for people, so that the same call asked again picks up where it was. */
export interface Pending {
  /**
   * Takes the waiting asking of this call, or begins one. Two that are asked at the same time are two actions: each is
   * decided, and run, by itself.
   */
  take(caller: Whose, session: string, tool: string, params: Record<string, unknown>): Promise<Asking>
  /** Puts it back, to be picked up by the same call asked again. */
  keep(caller: Whose, session: string, tool: string, params: Record<string, unknown>, asking: Asking): void
}

/** Of one agent, whatever the others leave behind them. */
const mostOfOne = 2_000
const mostSessions = 500

/** The digest of a call (api §2), by Node's own hash. */
export const digestOfCall = (tool: string, params: Record<string, unknown>): string =>
  actionDigest({ tool, resource: null, params }, text => hash('sha256', text))

/** A session of an agent: what of it waits, by the digest of the call. */
interface Run {
  readonly of: Agent
  readonly slots: Map<string, Asking[]>
  size: number
  /** What Holdpoint knows of it has been read; null: not yet, or not to the end. */
  adopted: Promise<void> | null
  /** It has been forgotten; whoever is still at it counts for nothing. */
  gone: boolean
}

/** An agent's sessions: the one in which nothing was asked for longest first. */
interface Agent {
  readonly runs: Map<string, Run>
  size: number
}

function put(run: Run, digest: string, asking: Asking): void {
  const list = run.slots.get(digest) ?? []
  if (asking.id !== null && list.some(one => one.id === asking.id)) return
  list.push(asking)
  run.slots.set(digest, list)
  grow(run, 1)
  makeRoom(run)
}

function grow(run: Run, by: number): void {
  run.size += by
  if (!run.gone) run.of.size += by
}

function shift(run: Run, digest: string): Asking | undefined {
  const list = run.slots.get(digest)
  const first = list?.shift()
  if (!list || !first) return undefined
  if (list.length === 0) run.slots.delete(digest)
  grow(run, -1)
  return first
}

/** A session is forgotten as a whole: when something is asked in it again, Holdpoint tells what waits. */
function makeRoom(current: Run): void {
  const { of } = current
  for (const [session, run] of of.runs) {
    if (of.size <= mostOfOne && of.runs.size <= mostSessions) return
    if (run === current) continue
    of.runs.delete(session)
    of.size -= run.size
    run.gone = true
  }
  // All of it is of one session: its oldest goes.
  const [oldest] = current.slots.keys()
  if (of.size > mostOfOne && oldest !== undefined) shift(current, oldest)
}

const mostAdopted = 200

/** The newest of a session, oldest first: a page ends sooner where much was asked for in it. */
async function newest({ holdpoint }: Whose, status: Waits, session: string): Promise<Listed[]> {
  const found: Listed[] = []
  let cursor: string | undefined
  do {
    const page = await holdpoint.list({ status, session, limit: mostAdopted, ...(cursor ? { cursor } : {}) })
    found.push(...page.items)
    cursor = page.nextCursor ?? undefined
  } while (cursor && found.length < mostAdopted)
  return found.reverse()
}

export function openPending(): Pending {
  const agents = new Map<string, Agent>()

  function runOf(agent: string, session: string): Run {
    const of = agents.get(agent) ?? { runs: new Map<string, Run>(), size: 0 }
    agents.set(agent, of)
    const run = of.runs.get(session) ?? { of, slots: new Map<string, Asking[]>(), size: 0, adopted: null, gone: false }
    of.runs.delete(session)
    of.runs.set(session, run)
    makeRoom(run)
    return run
  }

  /** What was asked of Holdpoint in this session before this process knew of it, by this gateway or another. */
  async function adopt(caller: Whose, session: string, run: Run): Promise<void> {
    for (const status of ['held', 'approved', 'allowed'] as const) {
      const items = await newest(caller, status, session)
      for (const { id, digest, outcome } of items)
        if (typeof id === 'string' && typeof digest === 'string' && outcome === null)
          put(run, digest, { key: `gateway-${randomUUID()}`, id, found: true })
    }
  }

  return {
    async take(caller, session, tool, params) {
      const run = runOf(caller.id, session)
      run.adopted ??= adopt(caller, session, run).catch(error => {
        run.adopted = null
        throw error
      })
      await run.adopted
      return shift(run, digestOfCall(tool, params)) ?? { key: `gateway-${randomUUID()}`, id: null, found: false }
    },
    keep(caller, session, tool, params, asking) {
      put(runOf(caller.id, session), digestOfCall(tool, params), asking)
    },
  }
}
