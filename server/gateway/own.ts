import { z } from 'zod'
import { canonical } from '@/lib/kernel/canonical'
import { type Connection, OddAnswer } from '@/sdk/typescript/src/connection'
import { Refused } from '@/sdk/typescript/src/errors'

/** A definition as it is reported. */
export interface Described {
  readonly name: string
  readonly description?: string
  readonly inputSchema: Record<string, unknown>
  readonly annotations?: Record<string, unknown>
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

/**
 * What a gateway may by itself, beyond what the keys of its agents let it: with a key of its own over HTTP, or as a part of
 * Holdpoint. `refused` stays so; `again` says that a later try may do better.
 */
export interface Own {
  report(source: string, tools: readonly Described[]): Promise<readonly Standing[] | 'refused' | 'again'>
  record(session: string, recorded: Recorded): Promise<'taken' | 'refused' | 'again'>
  /** By which permits are used, so that Holdpoint knows the tool to be reached through it alone; null: by the agents' keys. */
  readonly permits: Connection | null
}

const callSeconds = 10
const answer = z.object({
  items: z.array(
    z.object({
      name: z.string(),
      status: z.enum(['unclassified', 'classified', 'drifted']),
      accepted: z.object({ description: z.string(), schema: z.looseObject({}).nullable() }).nullable(),
    }),
  ),
})

/** A gateway's own way to Holdpoint by HTTP, with a key that somebody gave it. */
export function ownByKey(by: Connection): Own {
  const post = (path: string, body: unknown) =>
    by.call({ method: 'POST', path, body: canonical(body), seconds: callSeconds })
  return {
    permits: by,
    async report(source, tools) {
      try {
        return answer.parse((await post('/api/v1/tools', { source, tools })).body).items
      } catch (error) {
        return error instanceof Refused || error instanceof OddAnswer ? 'refused' : 'again'
      }
    },
    async record(session, recorded) {
      try {
        const { status } = await post(`/api/v1/sessions/${encodeURIComponent(session)}/sources`, recorded)
        return status < 300 ? 'taken' : 'again'
      } catch (error) {
        return error instanceof Refused ? 'refused' : 'again'
      }
    },
  }
}
