import { randomUUID } from 'node:crypto'
import { expect } from 'vitest'
import type { ChildApp } from './child-app'
import { type Body, decide, type Given, send } from './crash-load'
import { signInOverHttp } from './people'
import { maintain } from './template'

/** The product as a process, with agents that have webhooks and an approver, over HTTP alone. */
export async function childWoken(app: ChildApp, databaseUrl = app.databaseUrl) {
  const approver = app.demo.users.find(one => one.roles.includes('approver'))
  const { cookie } = await signInOverHttp(app.url, approver?.email ?? '', approver?.password ?? '')
  let next = 0
  return {
    /** A webhook at this address, of one of the demo's agents, each in its turn. */
    async woken(url: string) {
      const { id, key } = app.demo.agents[next++ % app.demo.agents.length] ?? { id: '', key: '' }
      const authorization = `Bearer ${key}`
      const made = await send(`${app.url}/api/v1/webhooks`, 'POST', { authorization }, { url })
      expect(made?.status, JSON.stringify(made?.body)).toBe(201)
      const hook: { id: string; secret: string } = made?.body
      return {
        id,
        hook,
        /** Something that waits for a person, and then for its message. */
        async ask(): Promise<Body> {
          const body = { tool: 'demo.hold_me', params: { n: randomUUID() }, notify: hook.id }
          const headers = { authorization, 'idempotency-key': randomUUID(), prefer: 'wait=0' }
          const asked = await send(`${app.url}/api/v1/actions`, 'POST', headers, body)
          expect(asked?.status, JSON.stringify(asked?.body)).toBe(202)
          return asked?.body
        },
        async health(): Promise<Body> {
          const all = await send(`${app.url}/api/v1/webhooks`, 'GET', { authorization })
          return all?.body.items.find((one: { id: string }) => one.id === hook.id).health
        },
      }
    },
    /** One verdict of the approver; null where nobody answered. */
    async review(action: Body, verdict: Given['verdict'] = 'approve') {
      return decide(app.url, cookie, { hold: action.hold.id, verdict }, action.digest)
    },
    /** The pauses between tries are over. */
    async later(): Promise<void> {
      await maintain(databaseUrl, `update delivery set due_at = holdpoint.now() where status = 'pending'`)
    },
    rows: async (sql: string): Promise<Body[]> => (await maintain(databaseUrl, sql)).rows,
  }
}
