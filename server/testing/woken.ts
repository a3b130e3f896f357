import { randomUUID } from 'node:crypto'
import { expect } from 'vitest'
import { everything, world } from './world'

/** How long a test waits for a message, and how often it looks. */
export const soon = { timeout: 10_000, interval: 50 }

/** Two instances that may call loopback, an approver and an owner, and agents with webhooks. Call at the top of a test file. */
export async function wokenWorld() {
  const w = await world(2, { fetchAllow: ['127.0.0.0/8'], url: 'https://holdpoint.acme.example' })
  const scopes = [everything]
  await w.tools({ run: {}, look: { operation: 'read' } })
  const [ann, olga] = await Promise.all([w.signedIn(w.approver), w.signedIn(w.owner)])

  /** An agent with a webhook of its own at this address. */
  async function woken(url: string) {
    const agent = await w.agent({ scopes })
    const made = await w.gate(agent.key, 'POST', '/api/v1/webhooks', { url })
    expect(made.status, JSON.stringify(made.body)).toBe(201)
    const ask = async (more: Record<string, unknown> = {}) => {
      const params = { iban: 'IBAN-IN-PARAMS', n: randomUUID() }
      const asked = { tool: 'run', params, intent: 'INTENT-OF-THE-AGENT', notify: made.body.id, ...more }
      const { status, body } = await w.submit(agent.key, asked)
      expect([200, 202], JSON.stringify(body)).toContain(status)
      return body
    }
    const hook = async () =>
      (await w.gate(agent.key, 'GET', '/api/v1/webhooks')).body.items.find(
        (one: { id: string }) => one.id === made.body.id,
      )
    return { ...agent, hook_id: String(made.body.id), secret: String(made.body.secret), ask, hook }
  }
  /** Decides a held action as an approver does. */
  const decide = async (action: { hold: { id: string }; digest: string }, verdict = 'approve') => {
    const given = await ann('POST', `/api/console/holds/${action.hold.id}/reviews`, {
      verdict,
      digest: action.digest,
      ...(verdict === 'reject' ? { comment: 'COMMENT-OF-A-PERSON' } : {}),
    })
    expect(given.status, JSON.stringify(given.body)).toBe(201)
    return given
  }
  /** What the outbox says of an action’s message. */
  const sent = async (action: string) =>
    (
      await w.db.pool.query<{ status: string; attempts: number; error: string | null }>(
        'select status, attempts, error from delivery where subject_id = $1',
        [action],
      )
    ).rows

  return { w, scopes, ann, olga, woken, decide, sent }
}
