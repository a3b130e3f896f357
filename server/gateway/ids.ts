import type { ServerResponse } from 'node:http'
import { isJSONRPCRequest, isSpecType, ProtocolErrorCode, type RequestId } from '@modelcontextprotocol/server'

/** What a session keeps by it stays small. */
const longestId = 1_000

const messagesIn = (parsed: unknown): readonly unknown[] => (Array.isArray(parsed) ? parsed : [parsed])

/** The ids of the requests in a body. */
export const requestsIn = (parsed: unknown): readonly RequestId[] =>
  messagesIn(parsed).flatMap(one => (isJSONRPCRequest(one) ? [one.id] : []))

/** The ids of the requests that a body takes back. */
export const takenBackIn = (parsed: unknown): readonly RequestId[] =>
  messagesIn(parsed).flatMap(one =>
    isSpecType.CancelledNotification(one) && one.params.requestId !== undefined ? [one.params.requestId] : [],
  )

/** The tool that a body of one request calls; null: it is something else. */
export function calledTool(parsed: unknown): string | null {
  if (!isJSONRPCRequest(parsed) || parsed.method !== 'tools/call') return null
  const name = parsed.params?.name
  return typeof name === 'string' ? name : null
}

/**
 * Refuses requests that cannot be told apart: of two of one id each would hear the other's answer, or none.
 * @param answering what is being answered in their session; absent: they are of none
 */
export function refusesIds(
  ids: readonly RequestId[],
  res: ServerResponse,
  answering?: ReadonlyMap<RequestId, unknown>,
): boolean {
  const refuse = (id: RequestId | null, message: string) => {
    const error = { code: ProtocolErrorCode.InvalidRequest, message }
    res.writeHead(400, { 'content-type': 'application/json' }).end(JSON.stringify({ jsonrpc: '2.0', id, error }))
    return true
  }
  if (ids.some(id => typeof id === 'string' && id.length > longestId))
    return refuse(null, `An id has at most ${longestId} characters.`)
  const twin = ids.find((id, at) => answering?.has(id) || ids.indexOf(id) < at)
  return (
    twin !== undefined &&
    refuse(twin, 'A request with this id is still being answered in this session: each needs an id of its own.')
  )
}
