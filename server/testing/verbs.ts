import type { Person, Reply, World } from './world'

/** What can become of a hold: by a person, by its agent, by a switch, or by time. */
export const verbs = [
  'approve',
  'change',
  'together',
  'reject',
  'contain',
  'ask',
  'pass',
  'extend',
  'answer',
  'cancel',
  'kill',
  'expire',
] as const
export type Verb = (typeof verbs)[number]

/** How a verb ends a hold, as its agent reads it. */
export const ends: Partial<Record<Verb, string>> = {
  approve: 'approved',
  change: 'approved',
  together: 'approved',
  reject: 'rejected',
  contain: 'rejected',
  cancel: 'cancelled',
  kill: 'contained',
  expire: 'expired',
}

/** What the log keeps as a review where it was carried out. */
export const judged: readonly Verb[] = ['approve', 'change', 'together', 'reject', 'contain', 'ask', 'pass']

/** What events of a hold tell that it is over. */
export const overWords = ['approved', 'rejected', 'expired', 'withdrawn', 'contained']

const hour = 3_600_000

/** A hold that verbs race for; `digest` is what was shown of it, `question` what its agent has been asked about it. */
export interface Contested {
  readonly agent: { readonly id: string; readonly key: string }
  readonly id: string
  readonly digest: string
  readonly session: string
  readonly question: string | null
  readonly hold: { readonly id: string; readonly expires_at: string }
}

/** Who does it, and on which instance. */
interface By {
  readonly person: Person
  /** Somebody who may throw a switch now. */
  readonly thrower: () => Promise<Person>
  readonly at: 0 | 1
}

/** Does it, as a client does: what was answered, or null where nobody is (time). Together, the answer is that of the one hold. */
export async function actOn(w: World, verb: Verb, one: Contested, { person, thrower, at }: By): Promise<Reply | null> {
  const { agent, digest } = one
  const path = `/api/console/holds/${one.hold.id}`
  switch (verb) {
    case 'extend': {
      const until = new Date(Date.parse(one.hold.expires_at) + (at + 1) * hour).toISOString()
      return person('POST', `${path}/extend`, { until })
    }
    case 'answer': {
      const answer = { question: one.question, text: `because ${at}` }
      return w.gate(agent.key, 'POST', `/api/v1/actions/${one.id}/answers`, answer, {}, at)
    }
    case 'cancel':
      return w.gate(agent.key, 'POST', `/api/v1/actions/${one.id}/cancel`, {}, {}, at)
    case 'kill': {
      const target = { type: 'session', id: `${agent.id}/${one.session}` }
      const by = await thrower()
      return by('POST', '/api/console/containment', { target, level: 'killed', reason: 'race' })
    }
    case 'change':
      return person('POST', `${path}/reviews`, { verdict: 'approve', digest, params: { n: 1 + at } })
    case 'contain':
      return person('POST', `${path}/reject-and-contain`, { digest })
    case 'together': {
      const items = [{ hold: one.hold.id, digest }]
      const reply = await person('POST', '/api/console/holds/reviews', { verdict: 'approve', items })
      const refused = reply.body.items?.[0]?.problem
      return refused ? { ...reply, status: 409, body: refused } : reply
    }
    case 'expire':
      return null
    default:
      return person('POST', `${path}/reviews`, { verdict: verb, digest })
  }
}

/** What the log has of a hold, without `hold.`, in its order. */
export async function heldEvents(w: Pick<World, 'db'>, hold: string): Promise<string[]> {
  const { rows } = await w.db.pool.query<{ type: string }>(
    `select type from event where subjects @> array[$1::text] and type like 'hold.%' order by id`,
    [hold],
  )
  return rows.map(row => row.type.slice('hold.'.length))
}
