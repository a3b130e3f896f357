import { createServer, type ServerResponse } from 'node:http'
import { onTestFinished } from 'vitest'

/** One message as a receiver has it. */
export interface Received {
  readonly headers: Record<string, string>
  readonly body: string
}

/**
 * Somebody else's server on loopback that takes webhooks. `answer` says what it does with the nth message, counted from 0;
 * 204 unless it says otherwise.
 */
export async function receiver(answer: (response: ServerResponse, nth: number) => void = ok) {
  const received: Received[] = []
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += String(chunk)
    const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]))
    received.push({ headers, body })
    answer(response, received.length - 1)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const close = () => {
    server.closeAllConnections()
    return new Promise<void>(resolve => server.close(() => resolve()))
  }
  onTestFinished(close)
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : 0
  return { url: `http://127.0.0.1:${port}/wake?token=IN-THE-URL`, received, close }
}

function ok(response: ServerResponse): void {
  response.writeHead(204).end()
}
