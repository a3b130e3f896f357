import { setTimeout as pause } from 'node:timers/promises'
import { z } from 'zod'
import { canonical } from '@/lib/kernel/canonical'
import { Again, type Connection } from '@/sdk/typescript/src/connection'
import { Refused } from '@/sdk/typescript/src/errors'

/** A definition as it is reported. */
export interface Described {
  readonly name: string
  readonly description?: string | undefined
  readonly inputSchema: Record<string, unknown>
  readonly [more: string]: unknown
}

/** What Holdpoint says of a reported definition; `accepted` is how people have it, where it is another. */
export interface Standing {
  readonly name: string
  readonly status: 'unclassified' | 'classified' | 'drifted'
  readonly accepted: { readonly description: string; readonly schema: unknown } | null
}

/** What was recorded of an agent's session. */
export interface Recorded {
  readonly agent: string
  readonly sources: readonly Record<string, unknown>[]
}

/** Uses up the permit of a call, under a key that finds the same use again. @returns null when it may be run now, once; else why not: `invalid`, or `unreachable`, … */
export type Consume = (
  permit: string,
  tool: string,
  params: Record<string, unknown>,
  key: string,
) => Promise<string | null>

/**
 * What a gateway may by itself, beyond what the keys of its agents let it: with a key of its own over HTTP, or as a part of
 * Holdpoint. `refused` stays so; `again` says that a later try may do better.
 */
export interface Own {
  report(source: string, tools: readonly Described[]): Promise<readonly Standing[] | 'refused' | 'again'>
  record(session: string, recorded: Recorded): Promise<'taken' | 'refused' | 'again'>
  /** Uses permits as itself, so that Holdpoint knows the tool to be reached through it alone; null: the agents' keys use them. */
  readonly permits: Consume | null
}

const callSeconds = 10
const retryMs = 150
const answer = z.object({
  items: z.array(
    z.object({
      name: z.string(),
      status: z.enum(['unclassified', 'classified', 'drifted']),
      accepted: z.object({ description: z.string(), schema: z.looseObject({}).nullable() }).nullable(),
    }),
  ),
})

const isNotAllowed = (error: unknown): boolean =>
  error instanceof Refused && (error.status === 401 || error.status === 403)

/** A gateway's own way to Holdpoint by HTTP, with a key that somebody gave it. */
export function ownByKey(by: Connection): Own {
  const post = (path: string, body: unknown) =>
    by.call({ method: 'POST', path, body: canonical(body), seconds: callSeconds })
  return {
    permits: (permit, tool, params, key) => consumeAs(by, permit, tool, params, key),
    async report(source, tools) {
      try {
        return answer.parse((await post('/api/v1/tools', { source, tools })).body).items
      } catch (error) {
        return isNotAllowed(error) || (error instanceof Refused && error.status === 404) ? 'refused' : 'again'
      }
    },
    async record(session, recorded) {
      try {
        const { status } = await post('/api/v1/sources', { session, ...recorded })
        return status < 300 ? 'taken' : 'again'
      } catch (error) {
        // That it may not record is so for good. What it could not record this once is no reason to go on without it.
        return isNotAllowed(error) ? 'refused' : 'again'
      }
    },
  }
}

const used = z.object({ valid: z.boolean(), reason: z.string().nullable() })

/** Uses a permit with this key. */
export async function consumeAs(
  by: Connection,
  permit: string,
  tool: string,
  params: Record<string, unknown>,
  key: string,
): Promise<string | null> {
  const request = {
    method: 'POST',
    path: '/api/v1/permits/verify',
    body: canonical({ permit, tool, params, consume: true }),
    headers: { 'idempotency-key': key },
    seconds: callSeconds,
  } as const
  for (let tries = 1; ; tries++) {
    try {
      const { valid, reason } = used.parse((await by.call(request)).body)
      return valid ? null : (reason ?? 'invalid')
    } catch (error) {
      // The same key is told of the same receipt: an answer that was lost is asked for again.
      if (!(error instanceof Again) || tries >= 3) return 'unreachable'
      await pause(tries * retryMs)
    }
  }
}
