import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { NodeStreamableHTTPServerTransport } from '@modelcontextprotocol/node'
import { isInitializeRequest, type RequestId } from '@modelcontextprotocol/server'
import type { Logger } from 'pino'
import { type KeptFor, roomFor } from '@/lib/gateway/room'
import type { Gateway } from './gateway'
import type { Caller } from './holdpoint'
import { refusesIds, requestsIn, takenBackIn } from './ids'
import { hungUp } from './taken-back'

/** Sessions of 2025-11-25 that began in this process: their clients can be asked and told something beside their requests. */
export interface Sessions {
  /** Answers a request that begins one or is of one. False: it is of none that is known here, and nothing has been answered. */
  answer(caller: Caller, req: IncomingMessage, res: ServerResponse, parsed: unknown): Promise<boolean>
  /** Whose they are. */
  callers(): Caller[]
  /** Ends those of this key. */
  endOf(key: string): void
  close(): Promise<void>
}

interface Kept extends KeptFor {
  readonly caller: Caller
  readonly transport: NodeStreamableHTTPServerTransport
  /** The requests that are being answered, each with those that are answered by the same stream. */
  readonly answering: Map<RequestId, readonly RequestId[]>
  /** Requests and streams that are open. */
  open: number
  busy: boolean
  timer: NodeJS.Timeout | null
}

const idleMs = 3_600_000
/** The sessions that are kept of one agent, so that it pushes out none of the others', and in all. */
export const caps = { ofOne: 500, all: 10_000 }
const modern = '2026-07-28'

export function openSessions(gateway: Pick<Gateway, 'serve'>, log: Logger): Sessions {
  const kept = new Map<string, Kept>()
  const ended = new Set<string>()

  function forget(id: string): void {
    const found = kept.get(id)
    if (!found) return
    if (found.timer) clearTimeout(found.timer)
    kept.delete(id)
    found.transport.close().catch(() => undefined)
  }

  function end(id: string): void {
    ended.add(id)
    const oldest = ended.keys().next()
    if (ended.size > caps.all && !oldest.done) ended.delete(oldest.value)
    forget(id)
  }

  /** Null: there is no room, as all that this agent has are at work. */
  async function begin(caller: Caller): Promise<[string, Kept] | null> {
    const room = roomFor(kept, caller.id, caps)
    if (room === 'full') return null
    if (room) forget(room.forget)
    const id = randomUUID()
    const transport = new NodeStreamableHTTPServerTransport({
      sessionIdGenerator: () => id,
      onsessionclosed: () => end(id),
    })
    transport.onerror = error => log.debug({ error: error.message }, 'a request was refused')
    const made: Kept = { caller, agent: caller.id, transport, answering: new Map(), open: 0, busy: true, timer: null }
    kept.set(id, made)
    await gateway.serve({ caller, session: id, tells: true, lasting: true }).connect(transport)
    return [id, made]
  }

  /** Who hangs up does not hear the answer any more; of 2025-11-25 nothing is taken back by that. */
  function left({ transport }: Kept, ids: readonly RequestId[]): void {
    for (const requestId of ids)
      transport.onmessage?.({
        jsonrpc: '2.0',
        method: 'notifications/cancelled',
        params: { requestId, reason: hungUp },
      })
  }

  async function serve(id: string, found: Kept, req: IncomingMessage, res: ServerResponse, parsed: unknown) {
    const ids = requestsIn(parsed)
    // Who has gone meanwhile is not answered, and nothing would tell that it went.
    if (res.closed || refusesIds(ids, res, found.answering)) return
    for (const one of ids) found.answering.set(one, ids)
    found.open++
    found.busy = true
    if (found.timer) clearTimeout(found.timer)
    res.once('close', () => {
      for (const one of ids) found.answering.delete(one)
      if (!res.writableFinished) left(found, ids)
      if (--found.open > 0 || kept.get(id) !== found) return
      found.busy = false
      // The last used stands last: the first idle one has been so for longest.
      kept.delete(id)
      kept.set(id, found)
      found.timer = setTimeout(() => forget(id), idleMs).unref()
    })
    await found.transport.handleRequest(req, res, parsed)
    // What was taken back is not answered any more (MCP, Cancellation): its stream would stay open for nothing.
    for (const id of takenBackIn(parsed)) if (found.answering.get(id)?.length === 1) found.transport.closeSSEStream(id)
  }

  return {
    async answer(caller, req, res, parsed) {
      const named = req.headers['mcp-session-id']
      if (typeof named !== 'string') {
        if (!isInitializeRequest(parsed)) return false
        const begun = await begin(caller)
        // It is answered all the same: its client is told and asked nothing beside its requests.
        if (!begun) return false
        await serve(...begun, req, res, parsed)
        return true
      }
      if (req.headers['mcp-protocol-version'] === modern) return false
      if (ended.has(named)) {
        const error = { code: -32_001, message: 'This session has ended.' }
        res
          .writeHead(404, { 'content-type': 'application/json' })
          .end(JSON.stringify({ jsonrpc: '2.0', error, id: null }))
        return true
      }
      const found = kept.get(named)
      // Another agent's, or another key's: what it is told and asked is not for this one.
      if (found?.caller.id !== caller.id || found.caller.key !== caller.key) return false
      await serve(named, found, req, res, parsed)
      return true
    },
    callers: () => [...kept.values()].map(one => one.caller),
    endOf(key) {
      for (const [id, { caller }] of [...kept]) if (caller.key === key) forget(id)
    },
    async close() {
      for (const id of [...kept.keys()]) forget(id)
    },
  }
}
