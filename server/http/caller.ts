import type { IncomingMessage } from 'node:http'
import { maySomewhere } from '@/lib/access/permission'
import { Refused } from '@/lib/kernel/problem'
import { flagExposed } from '@/server/agent/authenticate'
import { authenticate, demandKnownKey } from '@/server/gate/authenticate'
import type { SentHeaders } from '@/server/gate/request-headers'
import type { Served } from '@/server/gate/served'
import { originsOf } from './address'
import type { AnyDoor, Call, Who } from './door'

type Caller = Pick<Call<Who>, 'by' | 'principal'>

const nobody: Caller = { by: null, principal: null }

/**
 * Who knocks, as far as this door asks. A key works only at agents' doors and a cookie only at people's; both on one
 * request are refused, because it could not be said who acts (I16).
 * @throws Refused credential.*, session.required (401), limit.exceeded (429), request.forbidden (403), request.forbidden_origin (403)
 */
export async function findCaller(
  app: Served,
  { who, method, emergency, unmetered }: Pick<AnyDoor, 'who' | 'method' | 'emergency' | 'unmetered'>,
  incoming: IncomingMessage,
  headers: SentHeaders,
): Promise<Caller> {
  if (who === 'open') return nobody
  const cookie = incoming.headers.cookie
  const key = incoming.headers.authorization
  if (key !== undefined && app.sessions.carries(cookie)) throw new Refused('credential.ambiguous')
  if (who === 'key') {
    await demandKnownKey(app.gate.registries, headers)
    return nobody
  }
  if (who === 'agent') {
    const known = await authenticate(app.gate.registries, headers)
    if (!unmetered) app.gate.limit(known.key_hash)
    return { by: known, principal: { kind: 'agent', id: known.agent.id, credential_id: known.credential.id } }
  }
  if (method !== 'GET') {
    demandOwnOrigin(app, incoming)
    if (simple.test(incoming.headers['content-type'] ?? ''))
      throw new Refused('request.forbidden_origin', 'Send application/json.')
  }
  const person = await app.sessions.find(cookie, emergency ? app.db.emergency : app.db.pool)
  if (!person) throw new Refused('session.required')
  if (who !== 'signed_in' && !maySomewhere(person, who)) throw new Refused('request.forbidden')
  return { by: person, principal: { kind: 'person', id: person.id } }
}

/** What a form of another site can send without asking the browser first (Fetch standard, CORS-safelisted). */
const simple = /^\s*(text\/plain|application\/x-www-form-urlencoded|multipart\/form-data)\s*(;|$)/i

/** A change by cookie comes from our own pages, as JSON, or not at all (W11). @throws Refused `request.forbidden_origin` */
export function demandOwnOrigin(app: Pick<Served, 'config'>, incoming: IncomingMessage): void {
  const origin = incoming.headers.origin
  const site = incoming.headers['sec-fetch-site']
  const foreign = site !== undefined && site !== 'same-origin' && site !== 'none'
  if (!origin || foreign || !originsOf(incoming, app.config).includes(origin))
    throw new Refused('request.forbidden_origin')
}

/** A key in an address ends up in logs and histories: it is refused, and flagged as leaked (I12). @throws Refused 400 */
export async function refuseKeyInQuery(app: Served, search: URLSearchParams): Promise<void> {
  const leaked = [...search].flat().find(text => /hp_[0-9A-HJKMNP-TV-Z]{26}_/.test(text))
  if (leaked === undefined) return
  const [key] = /hp_[0-9A-HJKMNP-TV-Z]{26}_[A-Za-z0-9_-]{52}/.exec(leaked) ?? []
  if (key) await flagExposed(app, key)
  throw new Refused('credential.in_query')
}
