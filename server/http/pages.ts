import { randomBytes } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { pagePolicy, safeHeaders } from './headers'

/** Next's request handler. */
export type Pages = (request: IncomingMessage, response: ServerResponse) => Promise<void>

/**
 * Headers that make Next believe its own inner layers are speaking, or that call a Server Action: no client has a reason
 * to send them, and authorization has been skipped by them before (W01, W03).
 */
const inner =
  /^(x-middleware-|x-nextjs-|x-next-|x-invoke-|x-matched-path$|x-prerender-|x-now-|x-vercel-|x-forwarded-|x-original-|x-rewrite-|next-action|next-resume|x-nonce$|x-http-method|content-security-policy)/

/** Hands a request to Next: GET and HEAD only (there are no Server Actions), with a fresh nonce and without inner headers. */
export async function servePage(
  pages: Pages,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  path: string,
): Promise<void> {
  if (incoming.method !== 'GET' && incoming.method !== 'HEAD') return refuse(outgoing, 405)
  // The image optimiser fetches what it is told to; we have no use for it. Data routes are the pages router's.
  if (/^\/_next\/(image|data)(\/|$)/.test(path) || path.startsWith('/api/')) return refuse(outgoing, 404)
  for (const name of Object.keys(incoming.headers)) if (inner.test(name)) delete incoming.headers[name]
  const asset = path.startsWith('/_next/static/')
  const nonce = randomBytes(16).toString('base64')
  const policy = pagePolicy(nonce, incoming.headers.host ?? '')
  incoming.headers['x-nonce'] = nonce
  incoming.headers['content-security-policy'] = policy
  for (const [name, value] of Object.entries(safeHeaders))
    if (!(asset && name === 'cache-control')) outgoing.setHeader(name, value)
  outgoing.setHeader('content-security-policy', policy)
  if (!asset) keepUncached(outgoing)
  await pages(incoming, outgoing)
}

/** Next sets its own Cache-Control on pages; ours stands. */
function keepUncached(outgoing: ServerResponse): void {
  const set = outgoing.setHeader.bind(outgoing)
  outgoing.setHeader = (name, value) => (name.toLowerCase() === 'cache-control' ? outgoing : set(name, value))
}

function refuse(outgoing: ServerResponse, status: 404 | 405): void {
  outgoing.writeHead(status, {
    ...safeHeaders,
    ...(status === 405 ? { allow: 'GET, HEAD' } : {}),
    'content-length': '0',
  })
  outgoing.end()
}
