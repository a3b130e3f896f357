import { decode, encode } from 'next-auth/jwt'
import type pg from 'pg'
import { z } from 'zod'
import type { SignedIn } from '@/lib/access/permission'
import { coalesce } from '@/server/db/coalesce'
import { reader } from '@/server/db/tx'
import { keyFile } from '@/server/db/vault'
import type { Instance } from '@/server/instance'
import { readToken } from './personal-token'
import { findByToken, findSignedIn, touchSignIns } from './sign-in-store'
import { openThrottle, type Throttle } from './throttle'

/** What is inside a session cookie (an encrypted JWT): who, by which sign-in, under which version. Never a role (I19). */
export const SessionToken = z.object({ sub: z.string(), sign_in: z.string(), session_version: z.number() })
export type SessionToken = z.output<typeof SessionToken>

/** The same with the second at which the cookie ends (RFC 7519 `exp`). */
const OpenedToken = SessionToken.extend({ exp: z.number() })
type OpenedToken = z.output<typeof OpenedToken>

/** Over which connections it is asked. */
type Over = 'pool' | 'emergency'

/** The sessions of people, as this instance reads them. */
export interface Sessions {
  readonly secret: string
  /** True where the public URL is https: cookies are then `Secure` and carry the `__Host-` prefix. */
  readonly secure: boolean
  readonly cookieName: string
  /** Slows down guessing, wherever a password or a link is tried. */
  readonly throttle: Throttle
  /** Who sent this Cookie header, checked against the database at every call. Null for anything that is not a live sign-in. */
  find(cookieHeader: string | null | undefined, over?: Over): Promise<SignedIn | null>
  /** The same for an Authorization header with a personal token. Null for everything else, an agent's key among it. */
  findBearer(authorization: string | undefined, over?: Over): Promise<SignedIn | null>
  /** Does this Cookie header carry a session at all, good or bad? */
  carries(cookieHeader: string | null | undefined): boolean
  /** A `Set-Cookie` value for a sign-in that has just been made. */
  issue(token: SessionToken, hours: number): Promise<string>
  close(): void
}

const flushEvery = 10_000
const mostOpened = 10_000

/** Opens the sessions of one instance. The secret is NEXTAUTH_SECRET, or one kept in HOLDPOINT_HOME/keys. */
export function openSessions(app: Pick<Instance, 'config' | 'db'>): Sessions {
  const secret = app.config.sessionSecret ?? keyFile(app.config.home, 'session.key').toString('hex')
  const secure = app.config.url.startsWith('https://')
  const cookieName = `${secure ? '__Host-' : ''}next-auth.session-token`
  let seen = new Set<string>()
  const timer = setInterval(() => {
    if (seen.size === 0) return
    const ids = [...seen]
    seen = new Set()
    touchSignIns(reader(app.db.background), ids).catch(() => undefined)
  }, flushEvery)
  timer.unref()
  // What was inside a cookie does not change, and opening it costs more than all the rest of a request. Whether it still
  // counts is asked of the database at every call.
  const opened = new Map<string, OpenedToken>()
  const open = async (cookie: string): Promise<SessionToken | null> => {
    const known = opened.get(cookie)
    if (known && known.exp * 1_000 > Date.now()) return known
    const token = await decode({ token: cookie, secret }).catch(() => null)
    const parsed = OpenedToken.safeParse(token)
    if (!parsed.success) return null
    if (opened.size >= mostOpened) opened.clear()
    opened.set(cookie, parsed.data)
    return parsed.data
  }

  // Those who ask together are looked for together.
  const among = (pool: pg.Pool) =>
    coalesce(async (tokens: SessionToken[]) => {
      const found = await findSignedIn(reader(pool), tokens)
      return new Map(tokens.flatMap((token, at) => (found[at] ? [[token, found[at]]] : [])))
    })
  const finders = { pool: among(app.db.pool), emergency: among(app.db.emergency) }

  return {
    secret,
    secure,
    cookieName,
    throttle: openThrottle(),
    carries: header => readCookies(header).has(cookieName),
    async find(header, over = 'pool') {
      const cookie = readCookies(header).get(cookieName)
      if (!cookie) return null
      const token = await open(cookie)
      if (!token) return null
      const found = (await finders[over](token)) ?? null
      if (found) seen.add(found.sign_in_id)
      return found
    },
    async findBearer(authorization, over = 'pool') {
      const hash = readToken(authorization)
      if (!hash) return null
      const found = await findByToken(reader(app.db[over]), hash)
      if (found) seen.add(found.sign_in_id)
      return found
    },
    async issue(token, hours) {
      const value = await encode({ token: { ...token }, secret, maxAge: hours * 3_600 })
      return `${cookieName}=${value}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${hours * 3_600}${secure ? '; Secure' : ''}`
    },
    close: () => clearInterval(timer),
  }
}

/** Reads a Cookie header. Whatever is malformed is as if it were not there; the first of a name counts (I18). */
export function readCookies(header: string | null | undefined): Map<string, string> {
  const cookies = new Map<string, string>()
  for (const part of (header ?? '').split(';')) {
    const at = part.indexOf('=')
    if (at < 1) continue
    const name = part.slice(0, at).trim()
    const raw = part
      .slice(at + 1)
      .trim()
      .replace(/^"(.*)"$/, '$1')
    if (cookies.has(name)) continue
    try {
      cookies.set(name, decodeURIComponent(raw))
    } catch {
      // Not percent-encoded text: not a cookie that we wrote.
    }
  }
  return cookies
}
