import { createServer, type RequestListener } from 'node:http'
import { onTestFinished } from 'vitest'
import { OutgoingRefused, type Resolve } from '@/server/outgoing/destination'
import type { Outgoing } from '@/server/outgoing/guarded-fetch'

export const answering =
  (...addresses: string[]): Resolve =>
  async () =>
    addresses.map(address => ({ address }))
export const noName: Resolve = async host => {
  throw Object.assign(new Error(`getaddrinfo ENOTFOUND ${host}`), { code: 'ENOTFOUND' })
}
export const get = (url: string, more: Partial<Outgoing> = {}): Outgoing => ({
  method: 'GET',
  url,
  milliseconds: 1_000,
  maxBytes: 1_000,
  ...more,
})

/** Why it was refused; anything but a refusal fails. */
export async function reasonOf(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => 'it was sent',
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof OutgoingRefused)) throw new Error(`not refused: ${String(error)}`)
  return error.reason
}

/** A server on loopback; what it was asked is remembered. */
export async function serve(listener: RequestListener) {
  const seen: { url: string; headers: NodeJS.Dict<string | string[]> }[] = []
  const server = createServer((request, response) => {
    seen.push({ url: request.url ?? '', headers: request.headers })
    listener(request, response)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : 0
  return { port, url: `http://127.0.0.1:${port}`, seen, server }
}
