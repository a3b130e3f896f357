import { request } from 'node:http'
import { expect, it } from 'vitest'
import { database } from '@/server/testing/database'
import { person } from '@/server/testing/people'
import { startServer } from '@/server/testing/server'
import { doors } from './doors'

const running = await startServer((await database()).url)
const ada = await person(running, 'Ada', ['administrator'])
const { port } = new URL(running.url)

/** An answer as it goes over the wire, whatever the address looks like. */
function answer(method: string, path: string, headers: Record<string, string>) {
  return new Promise<{ status: number; headers: NodeJS.Dict<string | string[]> }>((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, method, path, headers }, response => {
      response.resume()
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers }))
    })
    sent.on('error', reject)
    sent.end()
  })
}

const callers: Record<string, string>[] = [
  {},
  { cookie: ada.cookie },
  { cookie: ada.cookie, origin: running.url, 'content-type': 'application/json' },
]

/** Public keys are nobody's secret, and those who check permits offline ask for them often. */
const publicKeys = '/.well-known/jwks.json'

it('U15 W12 no answer of any door, refused or not, can be framed, cached or sniffed', async () => {
  const paths = [
    ...doors.map(door => [door.method, door.path.replaceAll(/\{\w+\}/g, 'x')] as const),
    ...['csrf', 'session', 'providers', 'signin', 'callback/credentials', 'odd'].map(
      of => ['GET', `/api/auth/${of}`] as const,
    ),
    ...['/docs/api', '/api/openapi.json', '/health/live', '/metrics', '/nowhere', '//odd', '/api/%2e', '/mcp'].map(
      path => ['GET', path] as const,
    ),
  ]
  const open: string[] = []
  for (const [method, path] of paths) {
    for (const headers of callers) {
      // Signing out, or ending sign-ins, would end this test's own.
      if (method !== 'GET' && path.includes('sign-ins')) continue
      const { status, headers: found } = await answer(method, path, headers)
      const policy = String(found['content-security-policy'])
      const fine =
        found['x-frame-options'] === 'DENY' &&
        policy.includes("frame-ancestors 'none'") &&
        found['x-content-type-options'] === 'nosniff' &&
        (path === publicKeys || /no-store|immutable/.test(String(found['cache-control'])))
      if (!fine || status >= 500) open.push(`${status} ${method} ${path}`)
    }
  }
  expect(open).toEqual([])
})
