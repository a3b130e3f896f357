import { randomUUID } from 'node:crypto'
import { describe, expect, inject, it } from 'vitest'
import { childApp } from '@/server/testing/child-app'
import { send } from '@/server/testing/crash-load'
import { tallyRounds } from '@/server/testing/tally'

/* The product as a process of its own, killed with -9 between two uses of the same permit. */
const app = await childApp()
const rounds = inject('scale')

describe('a permit that was used', () => {
  it(
    'T09 INV-03 INV-24 stays used after kill -9 of the app, and its consumer still finds the receipt',
    async ({ task }) => {
      for (let round = 0; round < rounds; round++) {
        const agent = app.demo.agents[round % app.demo.agents.length]
        const ask = (path: string, body: unknown, headers: Record<string, string> = {}) =>
          send(`${app.url}${path}`, 'POST', { authorization: `Bearer ${agent?.key}`, ...headers }, body)
        const params = { round: randomUUID() }
        const asked = await ask(
          '/api/v1/actions',
          { tool: 'demo.allow_me', params },
          { 'idempotency-key': randomUUID() },
        )
        expect(asked?.body.permit).toEqual(expect.any(String))
        const using = { permit: asked?.body.permit, tool: 'demo.allow_me', params, consume: true }
        const key = { 'idempotency-key': randomUUID() }
        const used = await ask('/api/v1/permits/verify', using, key)
        await app.kill()
        expect(used?.body.valid).toBe(true)
        await app.start()
        const replayed = await ask('/api/v1/permits/verify', using, { 'idempotency-key': randomUUID() })
        expect(replayed?.body).toMatchObject({ valid: false, reason: 'already_used' })
        expect((await ask('/api/v1/permits/verify', using, key))?.body).toEqual(used?.body)
      }
      tallyRounds(task, rounds)
    },
    60_000 * rounds,
  )
})
