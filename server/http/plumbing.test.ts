import { request } from 'node:http'
import { describe, expect, it } from 'vitest'
import { database } from '@/server/testing/database'
import { answered, person } from '@/server/testing/people'
import { startServer } from '@/server/testing/server'

const { url: databaseUrl } = await database()
const running = await startServer(databaseUrl)
const { url } = running
const ada = await person(running, 'Ada', ['administrator'])

/** fetch tidies addresses and headers up; this sends them as they are. */
function raw(
  path: string,
  options: { method?: string; headers?: Record<string, string> } = {},
): Promise<{ status: number; body: string; headers: NodeJS.Dict<string | string[]> }> {
  return new Promise((resolve, reject) => {
    const { port } = new URL(url)
    const sent = request(
      { host: '127.0.0.1', port, path, method: options.method ?? 'GET', headers: options.headers ?? {} },
      response => {
        let body = ''
        response.on('data', chunk => (body += chunk))
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body, headers: response.headers }))
      },
    )
    sent.on('error', reject)
    sent.end()
  })
}

describe('every door', () => {
  it('is served, described and counted from one table', async () => {
    expect((await fetch(`${url}/health/ready`)).status).toBe(200)
    expect((await fetch(`${url}/health/live`)).status).toBe(200)
    const described = await (await fetch(`${url}/api/openapi.json`)).json()
    expect(described.openapi).toBe('3.1.0')
    expect(Object.keys(described.paths)).toContain('/api/console/members/{id}')
    expect(
      described.paths['/api/console/members/{id}'].patch.requestBody.content['application/json'].schema.properties
        .roles,
    ).toBeDefined()
    expect(await (await fetch(`${url}/metrics`)).text()).toContain('holdpoint_http_answers_total')
  })

  it('has a readable reference that loads nothing from elsewhere', async () => {
    const page = await fetch(`${url}/docs/api`)
    expect(page.headers.get('content-security-policy')).toMatch(/script-src 'nonce-[^']+' 'strict-dynamic';/)
    const sources = [...(await page.text()).matchAll(/src="([^"]+)"/g)].map(found => found[1])
    expect(sources).toEqual(['/docs/api/reference.js'])
    const script = await fetch(`${url}/docs/api/reference.js`)
    expect(script.status).toBe(200)
    expect(await script.text()).toContain('createApiReference')
    expect((await fetch(`${url}/docs/api`, { method: 'POST' })).status).toBe(405)
  })

  it('answers with safe headers and repeats a sane request id only', async () => {
    const sane = await fetch(`${url}/api/console/me`, { headers: { 'x-request-id': 'abc-1' } })
    expect(sane.status).toBe(401)
    expect(sane.headers.get('x-request-id')).toBe('abc-1')
    expect(sane.headers.get('cache-control')).toBe('no-store')
    expect(sane.headers.get('www-authenticate')).toBeTruthy()
    expect(sane.headers.get('content-type')).toBe('application/problem+json')
    expect(sane.headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
    expect(await sane.json()).toMatchObject({
      type: 'urn:holdpoint:problem:session.required',
      code: 'session.required',
      status: 401,
      request_id: 'abc-1',
    })
    const odd = await fetch(`${url}/api/console/me`, { headers: { 'x-request-id': 'a b<script>' } })
    expect(odd.headers.get('x-request-id')).toMatch(/^req_/)
  })

  it('W02, W05: every other spelling of an address gets no more than the plain one', async () => {
    const variants = [
      '//api/console/me',
      '/api//console/me',
      '/api/console%2fme',
      '/%61pi/console/me',
      '/api/console/me/',
      '/api/console/me.',
      '/api/console/me.rsc',
      '/api/console/me.css',
      '/api/console/../console/me',
      '/api/./console/me',
      '/api/console/me;x',
      '/API/console/me',
      '/api/console/me%00',
      '/_next/data/x/api/console/me.json',
      '/en/api/console/me',
      '/api/console\\me',
      `${url}/api/console/me`,
      'http://evil.example/api/console/me',
      '/api/console/%6de',
      '/api/auth/../console/me',
    ]
    for (const path of variants) {
      const { status, body } = await raw(path, { headers: { cookie: ada.cookie } })
      expect([400, 404], path).toContain(status)
      expect(body).not.toContain(ada.email)
    }
  })

  it("W01, W03: Next's inner headers change nothing", async () => {
    const inner: Record<string, string>[] = [
      { 'x-middleware-subrequest': 'middleware:middleware:middleware:middleware:middleware' },
      { 'x-nextjs-data': '1', 'x-middleware-rewrite': '/api/console/me' },
      { 'next-action': 'abc', 'content-type': 'text/plain' },
      { 'x-forwarded-host': 'evil.example', 'x-original-url': '/health/live' },
    ]
    for (const headers of inner) {
      expect((await fetch(`${url}/api/console/me`, { headers })).status).toBe(401)
      expect((await fetch(`${url}/approvals`, { method: 'POST', headers })).status).toBe(404)
    }
  })

  it('W18: other methods and method overrides are 405', async () => {
    for (const method of ['HEAD', 'OPTIONS', 'PUT', 'DELETE', 'PATCH', 'TRACE']) {
      expect((await raw('/api/console/me', { method, headers: { cookie: ada.cookie } })).status, method).toBe(405)
    }
    for (const name of ['x-http-method-override', 'x-http-method', 'x-method-override']) {
      expect((await raw('/api/console/me', { headers: { cookie: ada.cookie, [name]: 'DELETE' } })).status).toBe(405)
    }
  })

  it('W11: a change without an origin of ours, or not as JSON, is refused', async () => {
    const path = '/api/console/teams'
    const body = JSON.stringify({ name: 'From elsewhere' })
    const json = { cookie: ada.cookie, 'content-type': 'application/json' }
    const port = new URL(url).port
    const send = async (headers: Record<string, string>) =>
      answered(await fetch(`${url}${path}`, { method: 'POST', headers, body }))
    for (const origin of [
      'https://evil.example',
      'null',
      `http://127.0.0.1.evil.example:${port}`,
      'http://127.0.0.1:1',
    ]) {
      expect((await send({ ...json, origin })).json).toMatchObject({ status: 403, code: 'request.forbidden_origin' })
    }
    expect((await send(json)).status).toBe(403)
    expect((await send({ ...json, origin: url, 'sec-fetch-site': 'cross-site' })).status).toBe(403)
    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      'TEXT/PLAIN;charset=utf-8',
    ]) {
      expect((await send({ ...json, origin: url, 'content-type': type })).status, type).toBe(403)
    }
    for (const type of ['application/json; charset=utf-16', 'application/xml', 'application/json, text/plain']) {
      expect((await send({ ...json, origin: url, 'content-type': type })).status, type).toBe(415)
    }
    expect((await send({ ...json, origin: url, 'content-encoding': 'gzip' })).status).toBe(415)
  })

  it('DNS rebinding: a Host that is not loopback vouches for no origin', async () => {
    const { port } = new URL(url)
    const { status } = await raw('/api/console/me/sign-ins', {
      method: 'DELETE',
      headers: { cookie: ada.cookie, host: `evil.example:${port}`, origin: `http://evil.example:${port}` },
    })
    expect(status).toBe(403)
  })

  it('takes bodies that mean one thing only', async () => {
    const send = async (body: string | Uint8Array<ArrayBuffer>) =>
      answered(
        await fetch(`${url}/api/console/teams`, {
          method: 'POST',
          headers: { cookie: ada.cookie, origin: url, 'content-type': 'application/json' },
          body,
        }),
      )
    expect((await send('{"name":"a","name":"b"}')).json).toMatchObject({ status: 400, code: 'request.malformed' })
    expect((await send('{"name":')).json).toMatchObject({ status: 400, code: 'request.malformed' })
    expect((await send('')).json).toMatchObject({ status: 400, code: 'request.malformed' })
    expect((await send('{"name":"a","admin":true}')).json).toMatchObject({
      status: 400,
      code: 'request.invalid',
      errors: [{ pointer: '/admin' }],
    })
    expect((await send(`{"name":"${'x'.repeat(1_048_577)}"}`)).status).toBe(413)
    expect((await send(new Uint8Array([0xff, 0xfe, 0x7b]))).json).toMatchObject({ status: 400 })
  })

  it('refuses parameters that come twice or are unknown', async () => {
    for (const query of [
      '?limit=1&limit=2',
      '?nope=1',
      '?limit=0',
      '?limit=201',
      '?cursor=%00',
      '?cursor=zzz',
      '?__proto__=1',
    ]) {
      expect((await ada.call('GET', `/api/console/teams${query}`)).status, query).toBe(400)
    }
    expect((await ada.call('GET', '/api/console/me?x=1')).status).toBe(400)
  })

  it('W14: a forwarded address is not believed without a proxy', async () => {
    await ada.call('GET', '/api/console/me', undefined, { headers: { 'x-forwarded-for': '6.6.6.6' } })
    const { json } = await ada.call('GET', '/api/console/me/sign-ins')
    expect(JSON.stringify(json)).not.toContain('6.6.6.6')
  })

  it('I12, I16: a key in an address, and a key beside a cookie, are refused', async () => {
    const key = `hp_${'0'.repeat(26)}_${'a'.repeat(43)}_00000000`
    expect(
      (await answered(await fetch(`${url}/api/v1/actions?key=${key}`, { headers: { authorization: `Bearer ${key}` } })))
        .json,
    ).toMatchObject({ status: 400, code: 'credential.in_query' })
    for (const path of ['/api/v1/actions', '/api/console/me']) {
      expect(
        (
          await answered(
            await fetch(`${url}${path}`, { headers: { authorization: `Bearer ${key}`, cookie: ada.cookie } }),
          )
        ).json,
      ).toMatchObject({ status: 400, code: 'credential.ambiguous' })
    }
    expect((await fetch(`${url}/api/v1/actions`, { headers: { cookie: ada.cookie } })).status).toBe(401)
    expect((await fetch(`${url}/api/console/me`, { headers: { authorization: `Bearer ${key}` } })).status).toBe(401)
  })

  it('I18: malformed credentials are 401, never a fault', async () => {
    const cookie = ada.cookie.split('=')[0]
    const odd = [
      '',
      'Bearer',
      'Bearer ',
      'Basic x',
      'Bearer \u00e9',
      'Bearer a b',
      `Bearer ${'x'.repeat(5_000)}`,
      'Bearer %00',
      '%%%',
      'Bearer hp_x_y_z',
    ]
    for (const authorization of odd)
      expect((await fetch(`${url}/api/v1/actions`, { headers: { authorization } })).status, authorization).toBe(401)
    for (const value of [
      '',
      '%',
      '%E0%A4%A',
      '{}',
      'a.b.c.d.e',
      'null',
      '"',
      'eyJhbGciOiJub25lIn0.e30.',
      'x'.repeat(5_000),
    ]) {
      expect((await fetch(`${url}/api/console/me`, { headers: { cookie: `${cookie}=${value}` } })).status, value).toBe(
        401,
      )
      expect(
        (
          await fetch(`${url}/api/auth/session`, {
            headers: { cookie: `${cookie}=${value}`, authorization: 'Bearer %' },
          })
        ).status,
        value,
      ).toBe(200)
    }
  })

  it('W16: what is not there tells nothing', async () => {
    const found = await answered(await fetch(`${url}/api/nothing`))
    expect(found.json).toMatchObject({ status: 404, code: 'request.not_found' })
    expect(found.headers.get('x-powered-by')).toBeNull()
    expect(found.headers.get('server')).toBeNull()
  })
})
