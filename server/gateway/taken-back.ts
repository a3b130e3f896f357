import { randomUUID } from 'node:crypto'
import { SdkError, type ServerContext } from '@modelcontextprotocol/server'

/** Why the request of a client of 2025-11-25 has ended that hung up: that takes nothing back. No client knows the word. */
export const hungUp = randomUUID()

const longest = 200

/**
 * The reason for which a client has taken its request back, once the request's signal has fired: it said so
 * (`notifications/cancelled`), or closed the stream of its answer, which over HTTP is how 2026-07-28 says it. Null: it has only
 * gone, and what was sent for it is brought to its end.
 */
export function takenBack({ mcpReq, http }: ServerContext): string | null {
  const reason: unknown = mcpReq.signal.reason
  if (reason === hungUp) return null
  if (typeof reason === 'string') return reason.slice(0, longest).toWellFormed()
  if (reason instanceof SdkError) return mcpReq.envelope && http ? 'The client has closed its request.' : null
  return 'The client gave no reason.'
}
