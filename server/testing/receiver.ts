import { createServer as createPlain, type RequestListener, type ServerResponse } from 'node:http'
import { createServer as createSecure } from 'node:https'
import { onTestFinished } from 'vitest'

/** One message as a receiver has it. */
export interface Received {
  readonly headers: Record<string, string>
  readonly body: string
}

/**
 * Somebody else's server on loopback that takes webhooks. `answer` says what it does with the nth message, counted from 0;
 * 204 unless it says otherwise. With a certificate it speaks TLS, and nothing else.
 */
export async function receiver(
  answer: (response: ServerResponse, nth: number) => void = ok,
  tls: { readonly key: string; readonly cert: string } | null = null,
) {
  const received: Received[] = []
  const listener: RequestListener = async (request, response) => {
    let body = ''
    for await (const chunk of request) body += String(chunk)
    const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]))
    received.push({ headers, body })
    answer(response, received.length - 1)
  }
  const secure = tls ? createSecure(tls, listener) : null
  const server = secure ?? createPlain(listener)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const close = () => {
    server.closeAllConnections()
    return new Promise<void>(resolve => server.close(() => resolve()))
  }
  onTestFinished(close)
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : 0
  const url = `http${tls ? 's' : ''}://127.0.0.1:${port}/wake?token=IN-THE-URL`
  /** Shows another certificate from now on. */
  const show = (other: { readonly key: string; readonly cert: string }) => secure?.setSecureContext(other)
  return { url, received, close, show }
}

function ok(response: ServerResponse): void {
  response.writeHead(204).end()
}
