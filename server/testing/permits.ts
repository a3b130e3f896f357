import { randomUUID } from 'node:crypto'
import { everything, type Reply, type World } from './world'

/** What an executing system says of one use. */
export interface Using {
  readonly tool?: string
  readonly operation?: string
  readonly resource?: unknown
  readonly params?: unknown
  readonly consume?: boolean
  readonly audience?: string
}

export const permitScopes = [everything]

/** Speaks as an executing system does: says what it is about to do, and hands in the permit. */
export function permitSpeech(w: World) {
  const verify = (
    key: string,
    permit: unknown,
    using: Using = {},
    at = 0,
    headers: Record<string, string> = {},
  ): Promise<Reply> =>
    w.gate(
      key,
      'POST',
      '/api/v1/permits/verify',
      { permit, tool: 'look', params: { n: 1 }, consume: true, ...using },
      headers,
      at,
    )
  return {
    verify,
    keyed: () => ({ 'idempotency-key': randomUUID() }),
    /** A permit of an action that policy allows at once: tool `look`, params `{n: 1}`. */
    async permit(key: string, more: Record<string, unknown> = {}): Promise<{ id: string; permit: string }> {
      const { body } = await w.submit(key, { tool: 'look', params: { n: 1 }, ...more })
      if (typeof body.permit !== 'string') throw new Error(`no permit: ${JSON.stringify(body)}`)
      return { id: body.id, permit: body.permit }
    },
  }
}

/** The claims of a permit, unverified. */
export function claimsIn(permit: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(permit.split('.')[1] ?? '', 'base64url').toString('utf8'))
}
