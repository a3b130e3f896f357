import { createServer } from 'node:http'
import { here } from './here'

/** What becomes of a request: sent on; lost before it arrived; carried out, and its answer lost. */
export type Lost = 'pass' | 'before' | 'after'

/** An HTTP server behind a network that loses what a test says. */
export interface Lossy {
  readonly url: string
  /** Asks this of every request from now on. Null: everything passes. */
  judge(fate: ((method: string, path: string) => Lost) | null): void
  /** Requests that have arrived, `METHOD path`, in order. */
  readonly seen: readonly string[]
}

/** Stands before the server at `target`; stopped after the file's last test. */
export async function lossy(target: string): Promise<Lossy> {
  let fate: ((method: string, path: string) => Lost) | null = null
  const seen: string[] = []
  const server = createServer(async (req, res) => {
    const chunks: Buffer[] = []
    for await (const chunk of req) chunks.push(chunk)
    const { method = 'GET', url: path = '/', headers } = req
    const lost = fate?.(method, path) ?? 'pass'
    if (lost === 'before') return void res.socket?.destroy()
    seen.push(`${method} ${path}`)
    const { host: _, connection: __, 'content-length': ___, 'transfer-encoding': ____, ...sent } = headers
    const body = Buffer.concat(chunks)
    const answer = await fetch(target + path, {
      method,
      headers: Object.fromEntries(Object.entries(sent).map(([name, value]) => [name, String(value)])),
      ...(body.length > 0 ? { body } : {}),
    }).catch(() => null)
    const text = await answer?.text().catch(() => null)
    if (!answer || text === null || text === undefined || lost === 'after') return void res.socket?.destroy()
    const { 'content-length': ____1, 'content-encoding': ____2, ...back } = Object.fromEntries(answer.headers)
    res.writeHead(answer.status, back).end(text)
  })
  const url = await here(server)
  return {
    url,
    judge(next) {
      fate = next
    },
    seen,
  }
}
