import { ProtocolError, SdkError, SdkErrorCode, SdkHttpError } from '@modelcontextprotocol/client'
import { NotRun } from '@/lib/gateway/not-run'

/** How a request to a server ended. `failed`: it was not done; `error` is the server's own refusal, where it gave one. */
export type Ended<R> =
  | { readonly is: 'answered'; readonly result: R }
  | { readonly is: 'failed'; readonly message: string; readonly error?: ProtocolError }
  | { readonly is: 'unknown'; readonly message: string }
  | { readonly is: 'changed' }

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null

/**
 * What a server answers that has itself lost a call to one behind it: the connection closed, or its patience ended (the SDKs'
 * own codes, which every server that stands in front of others passes on). The call may go on there.
 */
const lost = new Set([-32_000, -32_001])

/** What an error says of the call: whether it was run is known only where the server answered, or was never reached. */
export function endOf(error: unknown, drop: () => void): Exclude<Ended<never>, { is: 'answered' }> {
  if (error instanceof ProtocolError) {
    const message = `The server answered: ${error.message}`
    return lost.has(error.code) ? { is: 'unknown', message } : { is: 'failed', message, error }
  }
  if (error instanceof SdkHttpError) {
    // 404: the session is not known any more. The next call opens another.
    if (error.status === 404) drop()
    if (error.status >= 400 && error.status < 500)
      return { is: 'failed', message: `The server refused the call (HTTP ${error.status}).` }
    return { is: 'unknown', message: `The server answered HTTP ${error.status}.` }
  }
  if (error instanceof SdkError) {
    if (error.code === SdkErrorCode.NotConnected)
      return { is: 'failed', message: 'The server has gone before the call was sent.' }
    if (error.code === SdkErrorCode.RequestTimeout)
      return { is: 'unknown', message: 'The server did not answer in time.' }
    if (error.code === SdkErrorCode.ConnectionClosed)
      return { is: 'unknown', message: 'The server has gone in mid-call.' }
    return { is: 'unknown', message: 'The server’s answer could not be read.' }
  }
  drop()
  if (error instanceof NotRun) return { is: 'failed', message: error.message }
  if (refusedConnection(error))
    return { is: 'failed', message: 'The server cannot be reached; nothing was sent to it.' }
  return { is: 'unknown', message: 'The connection to the server was lost in mid-call.' }
}

function refusedConnection(error: unknown): boolean {
  for (let at: unknown = error, depth = 0; isObject(at) && depth < 4; at = at.cause, depth++)
    if (at.code === 'ECONNREFUSED' || at.code === 'ENOTFOUND') return true
  return false
}
