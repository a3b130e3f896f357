import type { FetchLike, JSONRPCMessage, Transport } from '@modelcontextprotocol/client'
import { isTooMuch } from '@/lib/gateway/much'

/** An answer is read up to this size, whatever it was packed into. */
const mostBytes = 32 * 1_048_576

/** Asks for answers that are not packed, and reads them no further than they may be; behind that they break off. */
export function boundedFetch(ask: FetchLike): FetchLike {
  return async (url, init) => {
    const headers = new Headers(init?.headers)
    headers.set('accept-encoding', 'identity')
    const answer = await ask(url, { ...init, headers })
    if (!answer.body) return answer
    let size = 0
    const bounded = new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        size += chunk.length
        if (size > mostBytes) throw new Error(`the answer is larger than ${mostBytes} bytes`)
        controller.enqueue(chunk)
      },
    })
    const { status, statusText } = answer
    return new Response(answer.body.pipeThrough(bounded), { status, statusText, headers: answer.headers })
  }
}

/** What a server has answered that is not read is as lost as what never came (the SDKs' own code for that). */
const lost = -32_000

/** What is heard of a message: of a result that is too much only that it is, of anything else nothing. */
function heard(message: JSONRPCMessage): JSONRPCMessage | null {
  if ('result' in message && isTooMuch(message.result))
    return {
      jsonrpc: '2.0',
      id: message.id,
      error: { code: lost, message: 'more parts than are read, so that nobody knows what it said' },
    }
  if ('params' in message && isTooMuch(message.params)) return null
  if ('error' in message && isTooMuch(message.error.data)) {
    const { code, message: words } = message.error
    return { ...message, error: { code, message: words } }
  }
  return message
}

/** Looks at how much a server says before anything is checked by its schema. Call before the transport is connected. */
export function boundTransport(transport: Transport): void {
  let listener: Transport['onmessage']
  const bounded: NonNullable<Transport['onmessage']> = (message, extra) => {
    const fit = heard(message)
    if (fit) listener?.(fit, extra)
  }
  Object.defineProperty(transport, 'onmessage', {
    get: () => listener && bounded,
    set(next: Transport['onmessage']) {
      listener = next
    },
  })
}
