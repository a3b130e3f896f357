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

/** Calls that wait for people, so that the same call asked again picks up where it was. */
export interface Pending {
  /**
   * Takes the waiting asking of this call, or begins one. Two that are asked at the same time are two actions: each is
   * decided, and run, by itself.
   */
  take(caller: Caller, session: string, tool: string, params: Record<string, unknown>): Promise<Asking>
  /** Puts it back, to be picked up by the same call asked again. */
  keep(caller: Caller, session: string, tool: string, params: Record<string, unknown>, asking: Asking): void
}

const most = 20_000

/** The digest of a call (api §2), by Node's own hash. */
export const digestOfCall = (tool: string, params: Record<string, unknown>): string =>
  actionDigest({ tool, resource: null, params }, text => hash('sha256', text))

export function openPending(): Pending {
  const waiting = new Map<string, Asking[]>()
  const sessions = new Map<string, Promise<void>>()
  const slot = (caller: Caller, session: string, digest: string) => `${caller.id}\n${session}\n${digest}`

  function put(at: string, asking: Asking): void {
    const list = waiting.get(at) ?? []
    list.push(asking)
    waiting.set(at, list)
    const oldest = waiting.keys().next()
    if (waiting.size > most && !oldest.done) waiting.delete(oldest.value)
  }

  /** What was asked of Holdpoint in this session before this process began, by this gateway or another. */
  async function adopt(caller: Caller, session: string): Promise<void> {
    for (const status of ['held', 'approved', 'allowed']) {
      const { items } = await caller.holdpoint.list({ status, session, limit: 200 })
      for (const { id, digest, outcome } of items.reverse())
        if (typeof id === 'string' && typeof digest === 'string' && outcome === null)
          put(slot(caller, session, digest), { key: `gateway-${randomUUID()}`, id, found: true })
    }
  }

  return {
    async take(caller, session, tool, params) {
      const run = `${caller.id}\n${session}`
      let adopted = sessions.get(run)
      if (!adopted) {
        adopted = adopt(caller, session)
        sessions.set(run, adopted)
        adopted.catch(() => sessions.delete(run))
        const oldest = sessions.keys().next()
        if (sessions.size > most && !oldest.done) sessions.delete(oldest.value)
      }
      await adopted
      const at = slot(caller, session, digestOfCall(tool, params))
      const list = waiting.get(at)
      const asking = list?.shift()
      if (list?.length === 0) waiting.delete(at)
      return asking ?? { key: `gateway-${randomUUID()}`, id: null, found: false }
    },
    keep: (caller, session, tool, params, asking) => put(slot(caller, session, digestOfCall(tool, params)), asking),
  }
}
