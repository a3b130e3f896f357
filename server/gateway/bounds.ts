import type { JSONRPCMessage, Transport } from '@modelcontextprotocol/client'
import { isTooMuch } from '@/lib/gateway/much'

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
