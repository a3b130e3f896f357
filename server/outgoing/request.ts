import { type Agent, type ClientRequest, type IncomingMessage, request as plain, type RequestOptions } from 'node:http'
import { request as secure } from 'node:https'
import { isIP } from 'node:net'
import { type Destination, OutgoingRefused } from './destination'

const ours = new Set([
  'host',
  'content-length',
  'transfer-encoding',
  'connection',
  'upgrade',
  'expect',
  'te',
  'trailer',
])

/** Header names and values as people configured them: tokens and visible ASCII, none that frame the message. */
export function checkedHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  for (const [name, value] of Object.entries(headers)) {
    if (!/^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}$/.test(name) || !/^[\t -~]{0,4096}$/.test(value))
      throw new OutgoingRefused('header', `The header “${name.slice(0, 40)}” holds what a header cannot.`)
    if (ours.has(name.toLowerCase())) throw new OutgoingRefused('header', `The header ${name} is not yours to set.`)
  }
  return { ...headers }
}

/** Connections that are kept for a client's next request: by the address that was checked, and by TLS also by whose certificate it is. */
export interface KeptConnections {
  readonly plain: Agent
  readonly secure: Agent
  /** How long a place may say nothing, in milliseconds: then the request's `timeout` is told. */
  readonly silence: number
}

/**
 * A request to a place that has been checked, not sent yet. `headers` are checked ones.
 * @param kept absent: a connection of its own
 */
export function requestTo(
  { url, address }: Destination,
  { method, body }: { readonly method: string; readonly body?: string | Uint8Array | undefined },
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal | undefined,
  kept?: KeptConnections,
): ClientRequest {
  const tls = url.protocol === 'https:'
  const options: RequestOptions & { servername?: string } = {
    method,
    // An address, never a name: nothing is looked up between the check and the connection.
    host: address,
    port: url.port === '' ? (tls ? 443 : 80) : Number(url.port),
    path: url.pathname + url.search,
    headers: {
      ...headers,
      host: url.host,
      'accept-encoding': 'identity',
      ...(body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }),
    },
    // The certificate must be for the host that people typed in. An address has no name to offer.
    ...(tls && !isIP(url.hostname.replace(/[[\]]/g, '')) ? { servername: url.hostname } : {}),
    // Its own time, or connecting would have no longer than an idle connection is kept.
    ...(kept ? { agent: kept[tls ? 'secure' : 'plain'], timeout: kept.silence } : { agent: false }),
    setHost: false,
    maxHeaderSize: 16_384,
    ...(signal ? { signal } : {}),
  }
  return tls ? secure(options) : plain(options)
}

/** @throws OutgoingRefused redirect: an answer of this status says that it is to be had elsewhere */
export function refuseRedirect(status: number): void {
  if (status >= 300 && status < 400) throw new OutgoingRefused('redirect', 'It redirects, which is not followed.')
}

/** Sends a request and waits for the head of its answer, whatever that is. */
export function answered(sent: ClientRequest, body: string | Uint8Array | undefined): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    sent.on('error', reject)
    sent.on('response', resolve)
    sent.end(body)
  })
}

/** Why a request did not succeed, for whoever configured the address. */
export function refusalOf(error: unknown): OutgoingRefused {
  if (error instanceof OutgoingRefused) return error
  return new OutgoingRefused('network', refusedCertificate(error) ?? 'It could not be reached, or broke off.', {
    cause: error,
  })
}

const unknownIssuer = 'Its certificate is not by anyone this server trusts'
const certificates = new Map([
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'Its certificate is for another host'],
  ['CERT_HAS_EXPIRED', 'Its certificate has expired'],
  ['CERT_NOT_YET_VALID', 'Its certificate is not valid yet'],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', unknownIssuer],
  ['SELF_SIGNED_CERT_IN_CHAIN', unknownIssuer],
  ['UNABLE_TO_GET_ISSUER_CERT', unknownIssuer],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', unknownIssuer],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', unknownIssuer],
])

/** What is wrong with its certificate, for whoever can put that right; null where it is something else. */
function refusedCertificate(error: unknown): string | null {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  const wrong = certificates.get(code) ?? (/^CERT_|_CERT_/.test(code) ? 'Its certificate is not valid' : null)
  return wrong === null ? null : `${wrong}: nothing was sent.`
}
