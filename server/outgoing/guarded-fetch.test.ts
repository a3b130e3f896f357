import { createServer as createRaw } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { answering, get, noName, reasonOf, serve } from '@/server/testing/outgoing'
import { readAllow } from './address'
import type { Resolve } from './destination'
import { guardedFetch } from './guarded-fetch'

const nothing = readAllow([])
const loopback = readAllow(['127.0.0.0/8'])

const inside = [
  '127.0.0.1',
  '127.0.0.1.',
  '127.1',
  '127.0.1',
  '2130706433',
  '0x7f000001',
  '0x7f.0.0.1',
  '0177.0.0.1',
  '017700000001',
  '0x7F.1',
  '127.000.000.001',
  '%31%32%37.0.0.1',
  '0',
  '0.0.0.0',
  '0x0',
  '10.0.0.1',
  '10.1',
  '167772161',
  '172.16.0.1',
  '172.31.255.255',
  '192.168.0.1',
  '192.168.1',
  '3232235521',
  '169.254.169.254',
  '2852039166',
  '0xa9fea9fe',
  '0251.0376.0251.0376',
  '169.254.43518',
  '100.64.0.1',
  '100.100.100.200',
  '192.0.0.192',
  '192.0.2.1',
  '198.18.0.1',
  '198.51.100.1',
  '203.0.113.1',
  '224.0.0.1',
  '240.0.0.1',
  '255.255.255.255',
  '[::1]',
  '[::]',
  '[0:0:0:0:0:0:0:1]',
  '[::ffff:127.0.0.1]',
  '[::ffff:7f00:1]',
  '[::ffff:0:127.0.0.1]',
  '[::127.0.0.1]',
  '[::7f00:1]',
  '[64:ff9b::7f00:1]',
  '[64:ff9b::169.254.169.254]',
  '[64:ff9b:1::7f00:1]',
  '[2002:7f00:1::]',
  '[2002:a9fe:a9fe::]',
  '[2001::7f00:1]',
  '[2001:0:0:0:0:0:80ff:fffe]',
  '[fe80::1]',
  '[fec0::1]',
  '[fc00::1]',
  '[fd00:ec2::254]',
  '[ff02::1]',
  '[2001:db8::1]',
  '[::ffff:a9fe:a9fe]',
  '[100::1]',
  '[5f00::1]',
  '[3fff::1]',
  '[::ffff:10.0.0.1]',
  '[::ffff:0a00:1]',
] // prettier-ignore
const unreadable = [
  'https://127。0。0。1/',
  'https://①②⑦.0.0.1/',
  'https://localhost./',
  'https://user@8.8.8.8/',
  'https://user:pw@8.8.8.8/',
  'https://:@8.8.8.8/',
  'https://8.8.8.8/\r\nX-A: b',
  'https://8.8.8.8/\tx',
  'https://8.8.8.8/ x',
  'https://8.8.8.8\\@127.0.0.1/',
  'https://8.8.8.8/#x',
  'ftp://8.8.8.8/',
  'file:///etc/passwd',
  'gopher://8.8.8.8/',
  '//8.8.8.8/',
  'https:8.8.8.8',
  'https://',
  'https://8.8.8.8:0/',
  'https://8.8.8.8:99999/',
  'https://[::1',
  'https://[fe80::1%25eth0]/',
  'javascript:alert(1)',
  'https://1.2.3.256/',
  'https://0x1ffffffff/',
  '',
] // prettier-ignore

describe('where Holdpoint itself may send requests', () => {
  it.each(inside)('X01: not to https://%s/, however it is written', async host => {
    expect(['address', 'url']).toContain(await reasonOf(guardedFetch(get(`https://${host}/`), nothing, noName)))
  })

  it.each(unreadable)('X01, X09: %j is no address', async url => {
    expect(await reasonOf(guardedFetch(get(url), nothing, noName))).toBe('url')
  })

  it.each(['localhost', 'db.internal', 'metadata.google.internal', 'printer.local', 'rebind.example'])(
    'X02: a name (%s) that leads inside is refused, whatever else it leads to',
    async name => {
      for (const address of [
        '127.0.0.1',
        '10.0.0.7',
        '169.254.169.254',
        '::1',
        '::ffff:127.0.0.1',
        'fe80::1%eth0',
        'fd00::1',
      ]) {
        for (const answers of [[address], ['93.184.215.14', address], [address, '2606:2800:21f:cb07::1']])
          expect(await reasonOf(guardedFetch(get(`https://${name}/`), nothing, answering(...answers)))).toBe('address')
      }
    },
  )

  it('X02: the name is looked up once and its checked address is connected to', async () => {
    const { port, seen } = await serve((_, response) => response.end('here'))
    let asked = 0
    const rebinding: Resolve = async () => [{ address: asked++ === 0 ? '127.0.0.1' : '127.0.0.2' }]
    const answer = await guardedFetch(get(`http://facts.example:${port}/a?b=c`), loopback, rebinding)
    expect(answer.body.toString()).toBe('here')
    expect(asked).toBe(1)
    expect(seen).toEqual([{ url: '/a?b=c', headers: expect.objectContaining({ host: `facts.example:${port}` }) }])
  })

  it.each([301, 302, 303, 307, 308])('X03: a %i is not followed', async status => {
    const { url, seen } = await serve((_, response) => {
      response.writeHead(status, { location: 'http://169.254.169.254/latest/meta-data/' }).end()
    })
    expect(await reasonOf(guardedFetch(get(url), loopback))).toBe('redirect')
    expect(seen).toHaveLength(1)
  })

  it('X04: what cannot be looked up, or is no address, is refused', async () => {
    for (const resolve of [
      noName,
      answering(),
      answering('not an address'),
      answering('1.2.3'),
      answering('0x7f000001'),
      answering(''),
      async () => Promise.reject(new TypeError('odd')),
      () => {
        throw new RangeError('at once')
      },
    ])
      expect(await reasonOf(guardedFetch(get('https://facts.example/'), nothing, resolve))).toBe('address')
  })

  it('X05: an answer that never comes, never ends or never stops is cut off', async () => {
    const silent = await serve(() => undefined)
    const endless = await serve((_, response) => {
      response.writeHead(200)
      const pour = () => {
        while (!response.destroyed && response.write(Buffer.alloc(65_536)));
        response.once('drain', pour)
      }
      pour()
    })
    const dripping = await serve((_, response) => {
      const drip = setInterval(() => response.write('.'), 5)
      response.on('close', () => clearInterval(drip))
    })
    const claims = await serve(
      (_, response) => void response.writeHead(200, { 'content-length': '1000000000' }).flushHeaders(),
    )
    const from = performance.now()
    expect(await reasonOf(guardedFetch(get(silent.url, { milliseconds: 60 }), loopback))).toBe('timeout')
    expect(await reasonOf(guardedFetch(get(dripping.url, { milliseconds: 60 }), loopback))).toBe('timeout')
    expect(await reasonOf(guardedFetch(get(endless.url), loopback))).toBe('too_large')
    expect(await reasonOf(guardedFetch(get(claims.url), loopback))).toBe('too_large')
    expect(performance.now() - from).toBeLessThan(1_000)
    for (const { server } of [silent, endless, dripping, claims]) server.closeAllConnections()
  })

  it('X05: what holds this process up itself is not counted: an answer that is there is read', async () => {
    const prompt = await serve((_, response) => void response.end('there'))
    const held = new Int32Array(new SharedArrayBuffer(4))
    const answer = guardedFetch(get(prompt.url, { milliseconds: 100 }), loopback)
    // As a machine that is busy with others does: once while it connects, once while it is answered.
    for (let time = 0; time < 2; time++) {
      Atomics.wait(held, 0, 0, 150)
      await new Promise(setImmediate)
    }
    expect((await answer).body.toString()).toBe('there')
  })

  it('X05: a resolver that hangs costs no more than the time given', async () => {
    const hanging: Resolve = () => new Promise(() => undefined)
    expect(await reasonOf(guardedFetch(get('https://facts.example/', { milliseconds: 30 }), nothing, hanging))).toBe(
      'timeout',
    )
  })

  it('what is no HTTP, and what breaks off, is refused', async () => {
    const odd = createRaw(socket => socket.end('SSH-2.0-OpenSSH_9.6\r\n'))
    await new Promise<void>(resolve => odd.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void odd.close())
    const address = odd.address()
    const port = typeof address === 'object' ? address?.port : 0
    expect(await reasonOf(guardedFetch(get(`http://127.0.0.1:${port}/`), loopback))).toBe('network')
    const cut = await serve((_, response) => {
      response.writeHead(200, { 'content-length': '10' })
      response.write('12345', () => response.destroy())
    })
    expect(await reasonOf(guardedFetch(get(cut.url), loopback))).toBe('network')
  })

  it.each([
    ['X-A', 'b\r\nX-B: c'],
    ['X-A', 'b\n'],
    ['X-A', 'b\0'],
    ['X-A', 'é'],
    ['X-A\r\nX-B', 'c'],
    ['X A', 'b'],
    ['', 'b'],
    ['Host', 'other'],
    ['content-length', '0'],
    ['Transfer-Encoding', 'chunked'],
    ['Connection', 'upgrade'],
  ])('X09: the header %j: %j is refused before anything is sent', async (name, value) => {
    const { url, seen } = await serve((_, response) => response.end())
    expect(await reasonOf(guardedFetch(get(url, { headers: { [name]: value } }), loopback))).toBe('header')
    expect(seen).toEqual([])
  })

  it('sends a body and headers as they are', async () => {
    let body = ''
    const { url, seen } = await serve((request, response) => {
      request.on('data', chunk => {
        body += String(chunk)
      })
      request.on('end', () => response.writeHead(202, { 'x-seen': 'yes' }).end('taken'))
    })
    const answer = await guardedFetch(
      { ...get(`${url}/hook`), method: 'POST', body: '{"ü":1}', headers: { 'Content-Type': 'application/json' } },
      loopback,
    )
    expect([answer.status, answer.headers['x-seen'], answer.body.toString(), body]).toEqual([
      202,
      'yes',
      'taken',
      '{"ü":1}',
    ])
    expect(seen[0]?.headers['content-length']).toBe('8')
  })

  it('plain http goes only where the operator lists the place', async () => {
    expect(await reasonOf(guardedFetch(get('http://facts.example/'), loopback, answering('93.184.215.14')))).toBe('url')
  })
})
