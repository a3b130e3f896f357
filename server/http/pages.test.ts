import type { IncomingHttpHeaders } from 'node:http'
import { connect } from 'node:net'
import { afterAll, describe, expect, it } from 'vitest'
import { startInstance } from '@/server/start'
import { database } from '@/server/testing/database'
import { testConfig } from '@/server/testing/server'

const { url: databaseUrl } = await database()
/** Stands where Next does and says what reached it. */
const reached: { path: string | undefined; headers: IncomingHttpHeaders }[] = []
const running = await startInstance(testConfig(databaseUrl), databaseUrl, {
  pages: async (request, response) => {
    reached.push({ path: request.url, headers: request.headers })
    response.setHeader('cache-control', 'public, max-age=31536000')
    response.end('page')
  },
})
afterAll(() => running.stop())
const { url } = running

/** Sends bytes as they are and reads until the server closes or falls silent for 300 ms. */
function bytes(text: string): Promise<string> {
  return new Promise(resolve => {
    let heard = ''
    const socket = connect(Number(new URL(url).port), '127.0.0.1', () => socket.write(text))
    socket.setTimeout(300, () => socket.destroy())
    socket.on('data', chunk => {
      heard += chunk
    })
    socket.on('error', () => undefined)
    socket.on('close', () => resolve(heard))
  })
}

describe('pages', () => {
  it('get a nonce of their own, and an address that they may connect to', async () => {
    const [one, two] = [await fetch(`${url}/approvals`), await fetch(`${url}/approvals`)]
    const policies = [one, two].map(answer => answer.headers.get('content-security-policy') ?? '')
    const nonces = reached.splice(0).map(({ headers }) => headers['x-nonce'])
    expect(new Set(nonces).size).toBe(2)
    expect(policies[0]).toContain(`script-src 'nonce-${nonces[0]}' 'strict-dynamic';`)
    expect(policies[0]).not.toContain('unsafe-eval')
    expect(policies[0]).toContain("frame-ancestors 'none'")
    expect(policies[0]).toContain("form-action 'self'")
  })

  it('W12: are never cached, whatever Next says; its assets are', async () => {
    for (const path of ['/approvals', '/approvals/hld_1.css', '/agents?x=.js', '/settings.txt']) {
      expect((await fetch(`${url}${path}`)).headers.get('cache-control'), path).toBe('no-store')
    }
    expect((await fetch(`${url}/_next/static/chunks/a.js`)).headers.get('cache-control')).toContain('max-age')
  })

  it('W01, W03: hear no inner header of Next, and none of ours, from outside', async () => {
    reached.splice(0)
    const forged = {
      'x-middleware-subrequest': 'src/middleware',
      'x-middleware-prefetch': '1',
      'x-nextjs-data': '1',
      'x-invoke-path': '/admin',
      'x-matched-path': '/admin',
      'x-prerender-revalidate': 'x',
      'x-now-route-matches': '1',
      'next-action': 'abc',
      'next-resume': '1',
      'x-nonce': 'mine',
      'content-security-policy': "script-src 'nonce-mine'",
      'x-forwarded-host': 'evil.example',
      'x-original-url': '/admin',
      'x-next-revalidate-tag-token': 'x',
    }
    await fetch(`${url}/approvals`, { headers: { ...forged, rsc: '1', 'next-router-state-tree': '%5B%5D' } })
    const headers: IncomingHttpHeaders = reached[0]?.headers ?? {}
    for (const name of Object.keys(forged)) {
      if (name === 'x-nonce' || name === 'content-security-policy') expect(headers[name]).not.toContain('mine')
      else expect(headers[name], name).toBeUndefined()
    }
    // What the client router itself sends goes through.
    expect(headers.rsc).toBe('1')
  })

  it('W03, W04: take no bodies: Server Actions and Flight payloads end before Next', async () => {
    reached.splice(0)
    const body = new FormData()
    body.set(
      '0',
      '{"then":"$1:__proto__:then","status":"resolved_model","value":"{}","_response":{"_prefix":"process.exit()//"}}',
    )
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
      const from = performance.now()
      expect((await fetch(`${url}/approvals`, { method, headers: { 'next-action': 'x' }, body })).status).toBe(405)
      expect(performance.now() - from).toBeLessThan(1_000)
    }
    expect((await fetch(`${url}/_next/image?url=http://169.254.169.254/&w=16&q=1`)).status).toBe(404)
    expect((await fetch(`${url}/_next/data/x/approvals.json`)).status).toBe(404)
    expect((await fetch(`${url}/api/anything`)).status).toBe(404)
    expect(reached).toEqual([])
  })
})

describe('the wire', () => {
  it('W13: a request whose length can be read two ways is 400, and the connection ends', async () => {
    const start = 'POST /api/v1/actions HTTP/1.1\r\nHost: x\r\n'
    const smuggled = 'GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n'
    for (const text of [
      `${start}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${smuggled}`,
      `${start}Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n${smuggled}`,
      `${start}Content-Length: 4\r\nContent-Length: 5\r\n\r\nabcd${smuggled}`,
      `${start}Content-Length: +4\r\n\r\nabcd${smuggled}`,
      `${start}Content-Length : 4\r\n\r\nabcd${smuggled}`,
      `GET /health/live HTTP/1.1\nHost: x\n\n${smuggled}`,
    ]) {
      const heard = await bytes(text)
      expect(heard, text).toMatch(/^HTTP\/1\.1 400/)
      expect(heard).not.toContain('"live"')
    }
    expect(await bytes(`GET /health/live HTTP/1.1\r\nHost: x\r\nX-Long: ${'a'.repeat(17_000)}\r\n\r\n`)).toMatch(
      /^HTTP\/1\.1 4/,
    )
    expect((await fetch(`${url}/health/live`)).status).toBe(200)
  })
})
