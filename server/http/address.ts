import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Config } from '@/server/config'

/**
 * The path of a request, if it is written the one way we serve: origin form, no empty or dot segments, and nothing
 * percent-encoded that a router could read as structure or as a plain character. Null for everything else, which is 404:
 * two readers of one address (ours and Next's) must never disagree about what it names (W02, W05).
 */
export function plainPath(target: string | undefined): string | null {
  if (!target?.startsWith('/')) return null
  const end = target.search(/[?#]/)
  const path = end < 0 ? target : target.slice(0, end)
  if (target.includes('#') || path.includes('//') || path.includes('\\') || path.includes(';')) return null
  if (/\/\.{1,2}(\/|$)/.test(path)) return null
  for (const [encoded] of path.matchAll(/%.{0,2}/gs)) {
    if (!/^%[0-9a-f]{2}$/i.test(encoded)) return null
    const code = Number.parseInt(encoded.slice(1), 16)
    // Encoded controls, slashes, percent signs and unreserved characters (RFC 3986 §2.3) have another spelling, or none.
    if (code < 0x20 || code === 0x7f || /[A-Za-z0-9\-._~%/\\;]/.test(String.fromCharCode(code))) return null
  }
  return path
}

/** Where the client connects from. A proxy is believed only if the operator says that there is one (W14). */
export function remoteOf(incoming: IncomingMessage, config: Pick<Config, 'trustProxy'>): string {
  const direct = incoming.socket.remoteAddress ?? 'unknown'
  if (!config.trustProxy) return direct
  const forwarded = incoming.headers['x-forwarded-for']
  const last = (Array.isArray(forwarded) ? forwarded.join(',') : forwarded)?.split(',').at(-1)?.trim()
  return last && /^[0-9a-fA-F:.]{2,45}$/.test(last) ? last : direct
}

/**
 * The client's own id of its request, where it is safe to repeat; else one of ours. AuthZEN lets it be any text, and has it
 * repeated as it is (Authorization API 1.0 §10.1.13): there it is any ASCII text.
 */
export function requestIdOf(incoming: Pick<IncomingMessage, 'headers' | 'url'>): string {
  const given = incoming.headers['x-request-id']
  const safe = /^\/access\//.test(incoming.url ?? '') ? /^[\t\x20-\x7e]{1,1000}$/ : /^[A-Za-z0-9._-]{1,100}$/
  return typeof given === 'string' && safe.test(given) ? given : `req_${randomUUID()}`
}

const loopback = new Set(['127.0.0.1', '::1', 'localhost'])

/** Is this server bound to loopback only? */
export function isLoopback(config: Pick<Config, 'host'>): boolean {
  return loopback.has(config.host)
}

/**
 * The origin under which a browser may send changes: `HOLDPOINT_URL`'s; on loopback also that of the Host header, so
 * that localhost and 127.0.0.1 both work. A Host that is not a loopback name is never believed (DNS rebinding).
 */
export function originsOf(
  incoming: Pick<IncomingMessage, 'headers'>,
  config: Pick<Config, 'host' | 'url'>,
): readonly string[] {
  const own = new URL(config.url).origin
  const host = incoming.headers.host
  if (!isLoopback(config) || !host || !/^(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?$/.test(host)) return [own]
  return [own, `http://${host}`]
}
