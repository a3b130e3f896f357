import { AsyncLocalStorage } from 'node:async_hooks'
import type { Client, RequestId, Transport } from '@modelcontextprotocol/client'

/** One request to a server, of which it is known by which id it was sent. */
export interface Sending {
  /** Sends it, and waits for its answer. */
  answer<R>(ask: () => Promise<R>): Promise<R>
  /**
   * Tells the server that nobody wants it any more. The server may answer all the same, or not.
   * @returns false where only closing the stream of the answer says so: then no answer can come
   */
  takeBack(reason: string): boolean
}

/** What goes out over one transport. */
export interface Sends {
  begin(client: Client, modern: boolean): Sending
}

/** Looks at what is sent by this transport, before a client has it. */
export function openSends(transport: Transport): Sends {
  const asking = new AsyncLocalStorage<{ id: RequestId | null }>()
  const said = new Set<RequestId>()
  const send = transport.send.bind(transport)
  transport.send = (message, options) => {
    if ('method' in message && 'id' in message) {
      const request = asking.getStore()
      if (request) request.id = message.id
    } else if ('method' in message && message.method === 'notifications/cancelled') {
      // The SDK says it once more when it stops waiting.
      const id = message.params?.requestId
      if ((typeof id === 'string' || typeof id === 'number') && said.has(id)) return Promise.resolve()
    }
    return send(message, options)
  }
  return {
    begin(client, modern) {
      let open: { id: RequestId | null } | null = null
      return {
        async answer(ask) {
          const request = { id: null }
          open = request
          try {
            return await asking.run(request, ask)
          } finally {
            forget(request)
            open = null
          }
        },
        takeBack(reason) {
          if (modern && transport.hasPerRequestStream === true) return false
          const requestId = open?.id ?? null
          if (requestId === null) return true
          client
            .notification({ method: 'notifications/cancelled', params: { requestId, reason } })
            .catch(() => undefined)
          said.add(requestId)
          return true
        },
      }
    },
  }

  function forget({ id }: { id: RequestId | null }): void {
    if (id !== null) said.delete(id)
  }
}
