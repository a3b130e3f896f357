import { z } from 'zod'
import type { client, Reply } from './load'
import { signIn } from './people'
import type { Demo } from './server'

export type Http = ReturnType<typeof client>
const json = { 'content-type': 'application/json' }

/** Asks once more where nothing tells whether the first try arrived; safe because every caller repeats itself alike. */
export async function persistent(send: () => Promise<Reply>): Promise<Reply> {
  for (let tries = 1; ; tries++) {
    const reply = await send().catch(error => {
      if (tries >= 8) throw error
      return null
    })
    if (reply && reply.status < 500 && reply.status !== 429) return reply
    if (reply && tries >= 8) return reply
    await new Promise(resolve => setTimeout(resolve, 100 * 2 ** tries))
  }
}

/** One person at the people's door. @throws Error on any answer that is not a success. */
export interface Clerk {
  readonly email: string
  readonly name: string
  ask<T>(answer: z.ZodType<T>, method: string, path: string, body?: unknown, more?: Record<string, string>): Promise<T>
}

/** Signs a person of the demo in, as a browser does. */
export async function clerk(http: Http, url: string, user: Demo['users'][number]): Promise<Clerk> {
  const session = await signIn(url, user)
  return {
    email: user.email,
    name: user.name,
    async ask(answer, method, path, body, more = {}) {
      const text = body === undefined ? undefined : JSON.stringify(body)
      const send = () => http.send(url + path, method, { ...json, ...session, ...more }, text)
      const reply = method === 'GET' || more['idempotency-key'] ? await persistent(send) : await send()
      if (reply.status < 200 || reply.status > 202)
        throw new Refusal(`${user.email}: ${method} ${path}: ${reply.status} ${reply.text.slice(0, 300)}`, reply.status)
      return answer.parse(JSON.parse(reply.text))
    },
  }
}

/** What the product answered when it refused. */
export class Refusal extends Error {
  constructor(
    message: string,
    readonly status: number,
  ) {
    super(message)
  }
}

const detail = z.object({
  kind: z.string(),
  tool: z.string().nullable(),
  status: z.string(),
  shown_digest: z.string(),
  approvals: z.object({ received: z.number(), required: z.number() }),
  eligible: z.array(z.object({ id: z.string(), name: z.string() })),
  why: z.array(z.object({ id: z.string(), sentence: z.string() })),
})
export type HoldDetail = z.output<typeof detail>

/** Those who decide: the persons named first, then any other demo user whom the hold itself lists as eligible. */
export class Approvers {
  private readonly seated = new Map<string, Promise<Clerk>>()

  constructor(
    private readonly http: Http,
    private readonly demo: Demo,
    private readonly named: readonly string[],
  ) {}

  private seat(user: Demo['users'][number]): Promise<Clerk> {
    const seated = this.seated.get(user.email) ?? clerk(this.http, this.demo.url, user)
    this.seated.set(user.email, seated)
    return seated
  }

  /**
   * Reviews with the digest that was shown, by one person after another, until it needs no more; `sending` is told before
   * each. Answers how many reviewed. @throws Error when there are not enough of them.
   */
  async approve(hold: string, shown: HoldDetail, sending: () => void): Promise<number> {
    let seen = shown
    const may = new Set(seen.eligible.map(one => one.name))
    const able = this.demo.users.filter(user => may.has(user.name))
    const first = this.named.flatMap(email => able.filter(user => user.email === email))
    const order = [...first, ...able.filter(user => !this.named.includes(user.email))]
    let given = 0
    for (const user of order) {
      if (seen.status !== 'pending' || seen.approvals.received >= seen.approvals.required) break
      const who = await this.seat(user)
      const body = { verdict: 'approve', digest: seen.shown_digest }
      const key = { 'idempotency-key': `${hold}:${user.email}` }
      sending()
      seen = await who.ask(detail, 'POST', `/api/console/holds/${hold}/reviews`, body, key)
      given++
    }
    if (seen.status === 'pending' && seen.approvals.received < seen.approvals.required)
      throw new Error(
        `${hold} has ${given} of ${seen.approvals.required} approvals, and nobody else of the demo may give one`,
      )
    return given
  }
}

/** A hold as a person reads it. */
export const readHold = (who: Clerk, id: string) => who.ask(detail, 'GET', `/api/console/holds/${id}`)
