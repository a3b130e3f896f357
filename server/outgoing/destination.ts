import { lookup as resolveName } from 'node:dns/promises'
import { isIP } from 'node:net'
import { type Allow, mayReach } from './address'

/** Why a request was not sent, or its answer not taken. `detail` is for whoever configured the address. */
export class OutgoingRefused extends Error {
  constructor(
    readonly reason: 'url' | 'address' | 'header' | 'redirect' | 'too_large' | 'timeout' | 'network',
    readonly detail: string,
    options?: ErrorOptions,
  ) {
    super(detail, options)
    this.name = 'OutgoingRefused'
  }
}

/** Every address of a name. The system's own resolver unless a test stands in for a hostile one. */
export type Resolve = (host: string) => Promise<readonly { readonly address: string }[]>
export const systemResolve: Resolve = host => resolveName(host, { all: true, verbatim: true })

/** A place that may be called: its address has been looked up once, and is the one that is connected to. */
export interface Destination {
  readonly url: URL
  /** The address to connect to. No name is looked up again. */
  readonly address: string
}

const refused = (detail: string, reason: 'url' | 'address' = 'url', cause?: unknown) =>
  new OutgoingRefused(reason, detail, { cause })

/**
 * Reads an address that people have configured. Plain printable ASCII alone: no control characters (X09), no other alphabets'
 * dots and digits (X01), no password, no fragment, no dot at the end. @throws OutgoingRefused url
 */
export function readOutgoingUrl(text: string): URL {
  if (!/^https?:\/\/[!-~]+$/i.test(text) || text.includes('\\'))
    throw refused('It must be an http or https address in plain ASCII.')
  const url = URL.canParse(text) ? new URL(text) : null
  if (!url || url.hostname === '') throw refused('It is no address that can be read.')
  if (url.username !== '' || url.password !== '' || /^https?:\/\/[^/?#]*@/i.test(text))
    throw refused('A name and password do not belong in an address.')
  if (url.hash !== '' || text.includes('#')) throw refused('A fragment is never sent: leave out what follows #.')
  if (url.hostname.endsWith('.')) throw refused('The host must not end with a dot.')
  if (url.port === '0') throw refused('There is no port 0.')
  return url
}

/**
 * Looks the host up once and checks every address that it has: one that may not be reached refuses all (X02). Fails closed:
 * a name that cannot be looked up is refused (X04). Plain http is for places that the operator lists.
 * @throws OutgoingRefused url, address
 */
export async function destinationOf(url: URL, allow: Allow, resolve: Resolve = systemResolve): Promise<Destination> {
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1').toLowerCase()
  const listed = allow.hosts.has(host)
  const found = isIP(host) ? [{ address: host }] : await lookUp(host, resolve)
  const [first] = found
  if (!first) throw refused(`${host} has no address.`, 'address')
  for (const { address } of found) {
    const reach = mayReach(address, listed, allow)
    if (!reach)
      throw refused(`${host} is not in the public internet, and HOLDPOINT_FETCH_ALLOW does not list it.`, 'address')
    if (reach === 'public' && url.protocol !== 'https:') throw refused('Outside the organisation it must be https.')
  }
  return { url, address: first.address }
}

async function lookUp(host: string, resolve: Resolve) {
  try {
    return await resolve(host)
  } catch (error) {
    throw refused(`${host} could not be looked up.`, 'address', error)
  }
}
