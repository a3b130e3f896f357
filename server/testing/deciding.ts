import { expect, vi } from 'vitest'
import type { Person } from './world'

/** Decides the one open hold of an agent as soon as it is there, as somebody does who has seen what is shown now. */
export async function decideHold(person: Person, agent: string, review: Record<string, unknown>): Promise<void> {
  const held = await vi.waitFor(
    async () => {
      const { body } = await person('GET', `/api/console/holds?status=open&agent=${agent}`)
      expect(body.items).toHaveLength(1)
      return body.items[0]
    },
    { timeout: 20_000, interval: 30 },
  )
  const { body } = await person('GET', `/api/console/holds/${held.id}`)
  const answer = await person('POST', `/api/console/holds/${held.id}/reviews`, { digest: body.shown_digest, ...review })
  expect(answer.status).toBe(201)
}
