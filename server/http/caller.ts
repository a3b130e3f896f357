import type { IncomingMessage } from 'node:http'
import { maySomewhere, type Permission, type SignedIn } from '@/lib/access/permission'
import { Refused } from '@/lib/kernel/problem'
import { endExposed } from '@/server/access/device'
import { flagExposed } from '@/server/agent/authenticate'
import { authenticate, demandKnownKey } from '@/server/gate/authenticate'
import type { SentHeaders } from '@/server/gate/request-headers'
import type { Served } from '@/server/gate/served'
import { originsOf } from './address'
import { type AnyDoor, type Call, letsToken, type Who } from './door'

type Caller = Pick<Call<Who>, 'by' | 'principal'>

const nobody: Caller = { by: null, principal: null }

/**
 * Who knocks, as far as this door asks. A key works only at agents' doors, a cookie and a personal token only at
 * people's; two of them on one request are refused, because it could not be said who acts (I16). A token changes nothing
 * but at the doors that let it, and comes with no browser, so that there is no origin to ask for.
 * @throws Refused credential.*, session.* (401, 403), limit.exceeded (429), request.forbidden (403), request.forbidden_origin (403)
 */
export async function findCaller(
  app: Served,
  { who, method, emergency, unmetered, token }: Pick<AnyDoor, 'who' | 'method' | 'emergency' | 'unmetered' | 'token'>,
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
  const over = emergency ? 'emergency' : 'pool'
  if (key !== undefined) {
    const person = await app.sessions.findBearer(key, over)
    if (!person) throw new Refused('session.required', 'This is not a personal token, or it has ended.')
    demandRole(person, who)
    demandTokenDoor(person, { method, token })
    return { by: person, principal: { kind: 'person', id: person.id } }
  }
  if (method !== 'GET') {
    demandOwnOrigin(app, incoming)
    if (simple.test(incoming.headers['content-type'] ?? ''))
      throw new Refused('request.forbidden_origin', 'Send application/json.')
  }
  const person = await app.sessions.find(cookie, over)
  if (!person) throw new Refused('session.required')
  demandRole(person, who)
  return { by: person, principal: { kind: 'person', id: person.id } }
}

/** @throws Refused `session.browser_required`, `session.read_only` (403) */
function demandTokenDoor({ token }: SignedIn, door: Pick<AnyDoor, 'method' | 'token'>): void {
  if (!letsToken(door)) throw new Refused('session.browser_required')
  if (door.method !== 'GET' && door.token === 'decide' && token?.read_only) throw new Refused('session.read_only')
}

function demandRole(person: SignedIn, who: 'signed_in' | Permission): void {
  if (who !== 'signed_in' && !maySomewhere(person, who)) throw new Refused('request.forbidden')
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

/** A key in an address ends up in logs and histories: it is refused, and flagged as leaked (I12); a personal token ends. @throws Refused 400 */
export async function refuseKeyInQuery(app: Served, search: URLSearchParams): Promise<void> {
  const leaked = [...search].flat().find(text => /hpu?_[0-9A-HJKMNP-TV-Z]{26}_/.test(text))
  if (leaked === undefined) return
  const [token] = /hpu_[0-9A-HJKMNP-TV-Z]{26}_[A-Za-z0-9_-]{52}/.exec(leaked) ?? []
  if (token) await endExposed(app, token)
  const [key] = /hp_[0-9A-HJKMNP-TV-Z]{26}_[A-Za-z0-9_-]{52}/.exec(leaked) ?? []
  if (key) await flagExposed(app, key)
  throw new Refused('credential.in_query')
}
