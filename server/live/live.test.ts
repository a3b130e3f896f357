import { request } from 'node:http'
import { connect } from 'node:net'
import { io, type Socket } from 'socket.io-client'
import { afterAll, describe, expect, it } from 'vitest'
import { newId } from '@/server/db/id'
import { transact } from '@/server/db/tx'
import { database } from '@/server/testing/database'
import { personalToken } from '@/server/testing/device'
import { enter, makePerson, person } from '@/server/testing/people'
import { startServer } from '@/server/testing/server'

const test = await database()
const [here, there] = [await startServer(test.url), await startServer(test.url)]
const opened: Socket[] = []
afterAll(() => {
  for (const socket of opened) socket.close()
})

interface Hint {
  readonly type: string
  readonly subjects: readonly string[] | '*'
}

/** A browser's socket and what it has heard. */
function listen(
  url: string,
  headers: Record<string, string>,
): { socket: Socket; heard: Hint[]; connected: Promise<boolean>; gone: Promise<number> } {
  const socket = io(url, {
    path: '/live/',
    transports: ['websocket'],
    extraHeaders: headers,
    reconnection: false,
    forceNew: true,
  })
  opened.push(socket)
  const heard: Hint[] = []
  socket.on('hint', (hint: Hint) => void heard.push(hint))
  const connected = new Promise<boolean>(resolve => {
    socket.once('connect', () => resolve(true))
    socket.once('connect_error', () => resolve(false))
  })
  const gone = new Promise<number>(resolve => socket.once('disconnect', () => resolve(performance.now())))
  return { socket, heard, connected, gone }
}

const publish = (type: string, subjects: readonly string[] | '*') =>
  transact(here.app.db, async tx => tx.hint(type, subjects))
const heardOf = (heard: readonly Hint[], type: string) =>
  expect.poll(() => heard.filter(hint => hint.type === type), { timeout: 2_000, interval: 5 })

describe('the live socket', () => {
  it('W06: opens for a signed-in person from our own origin, over a websocket, and for nobody else', async () => {
    const ada = await person(here, 'Ada', ['administrator'])
    const good = { cookie: ada.cookie, origin: here.url }
    expect(await listen(here.url, good).connected).toBe(true)
    for (const headers of [
      { ...good, origin: 'https://evil.example' },
      { ...good, origin: 'null' },
      { cookie: ada.cookie, origin: there.url },
      { origin: here.url },
      { origin: here.url, cookie: 'next-auth.session-token=%' },
    ]) {
      expect(await listen(here.url, headers).connected, JSON.stringify(headers)).toBe(false)
    }
    const polling = await fetch(`${here.url}/live/?EIO=4&transport=polling`, { headers: good })
    expect(polling.status).toBeGreaterThanOrEqual(400)
  })

  it('W06, A10: opens for a personal token without a browser, never beside a cookie, and closes with it', async () => {
    const ada = await person(here, 'Ada', ['viewer'])
    const authorization = `Bearer ${await personalToken(here, ada)}`
    const { connected, gone } = listen(there.url, { authorization })
    expect(await connected).toBe(true)
    const wrong: Record<string, string>[] = [
      { authorization, origin: 'https://evil.example' },
      { authorization, origin: there.url, cookie: ada.cookie },
      { authorization: 'Bearer hp_x', origin: there.url },
    ]
    for (const headers of wrong) expect(await listen(there.url, headers).connected, JSON.stringify(headers)).toBe(false)
    await ada.call('DELETE', '/api/console/me/sign-ins')
    await gone
  })

  it('W07: names ids to those who see the whole organisation; a team hears only that something changed', async () => {
    const team = newId('tea')
    await here.app.db.pool.query('insert into team (id, name) values ($1, $1)', [team])
    const all = await person(here, 'All', ['viewer'])
    const some = await person(here, 'Some', [['viewer', team]])
    const sockets = [
      listen(there.url, { cookie: all.cookie, origin: there.url }),
      listen(here.url, { cookie: some.cookie, origin: here.url }),
    ] as const
    expect(await Promise.all(sockets.map(one => one.connected))).toEqual([true, true])
    await publish('hold', ['hld_1'])
    await heardOf(sockets[0].heard, 'hold').toMatchObject([{ subjects: ['hld_1'] }])
    await heardOf(sockets[1].heard, 'hold').toMatchObject([{ subjects: '*' }])
    // What every screen shows in a banner is told at once: a broken glass, watching only.
    for (const type of ['grant', 'enforcement', 'containment']) {
      await publish(type, ['x_1'])
      await heardOf(sockets[0].heard, type).toMatchObject([{ subjects: ['x_1'] }])
    }
    await publish('delivery', ['dlv_1'])
    await publish('sign_in', ['sgn_1'])
    await heardOf(sockets[0].heard, 'sign_in').toMatchObject([{ subjects: '*' }])
    expect(sockets[0].heard.filter(hint => hint.type === 'delivery')).toEqual([])
  })

  it('a storm of hints is at most a few, and none of it is lost', async () => {
    const ada = await person(here, 'Ada', ['administrator'])
    const { heard, connected } = listen(here.url, { cookie: ada.cookie, origin: here.url })
    await connected
    for (let i = 0; i < 40; i++) await publish('tool', [`tol_${i}`])
    await publish('tool', ['tol_last'])
    await expect
      .poll(() => heard.some(hint => hint.type === 'tool' && hint.subjects.includes('tol_last')), { timeout: 2_000 })
      .toBe(true)
    const tools = heard.filter(hint => hint.type === 'tool')
    expect(tools.length).toBeLessThanOrEqual(4)
    expect(new Set(tools.flatMap(hint => hint.subjects)).size).toBe(41)
    await publish(
      'agent',
      Array.from({ length: 60 }, (_, i) => `agt_${i}`),
    )
    await heardOf(heard, 'agent').toMatchObject([{ subjects: '*' }])
  })

  it('how an action ended is told as a change of that action', async () => {
    const ada = await person(here, 'Ada', ['administrator'])
    const { heard, connected } = listen(here.url, { cookie: ada.cookie, origin: here.url })
    await connected
    await publish('outcome', ['act_1'])
    await heardOf(heard, 'action').toMatchObject([{ subjects: ['act_1'] }])
    expect(heard.filter(hint => hint.type === 'outcome')).toEqual([])
  })

  it('A10, W08, INV-39: a sign-in that ends takes HTTP and sockets with it within a second, on every instance', async () => {
    const ada = await person(here, 'Ada', ['administrator'])
    const ways: { name: string; end: (target: Awaited<ReturnType<typeof person>>) => Promise<{ status: number }> }[] = [
      {
        name: 'signed out by an administrator',
        end: target => ada.call('DELETE', `/api/console/members/${target.id}/sign-ins`),
      },
      {
        name: 'disabled',
        end: target => ada.call('PATCH', `/api/console/members/${target.id}`, { status: 'disabled' }),
      },
      {
        name: 'signed out elsewhere',
        end: async target => (await enter(here, target)).call('DELETE', '/api/console/me/sign-ins'),
      },
    ]
    for (const { name, end } of ways) {
      const target = await person(there, 'Target', ['viewer'])
      const sockets = [here, there].map(one => listen(one.url, { cookie: target.cookie, origin: one.url }))
      expect(await Promise.all(sockets.map(one => one.connected)), name).toEqual([true, true])
      const from = performance.now()
      expect((await end(target)).status).toBeLessThan(300)
      for (const one of [here, there])
        expect((await target.call('GET', '/api/console/me', undefined, { at: one.url })).status, name).toBe(401)
      const times = await Promise.all(sockets.map(one => one.gone))
      for (const time of times) expect(time - from, name).toBeLessThan(1_000)
      expect(await listen(there.url, { cookie: target.cookie, origin: there.url }).connected).toBe(false)
    }
  })

  it('INV-39: a lost role stops the naming of ids within a second', async () => {
    const ada = await person(here, 'Ada', ['administrator'])
    const made = await makePerson(here, 'Rolf', ['viewer'])
    const rolf = await enter(here, made)
    const { heard, connected } = listen(there.url, { cookie: rolf.cookie, origin: there.url })
    await connected
    await ada.call('PATCH', `/api/console/members/${made.id}`, { roles: [] })
    const before = () => here.app.db.hints.publish({ type: 'policy', subjects: ['pol_secret'] })
    await expect
      .poll(
        () => {
          before()
          return heard.filter(hint => hint.type === 'policy').at(-1)?.subjects
        },
        { timeout: 1_000, interval: 50 },
      )
      .toBe('*')
  })

  it('W09: whoever speaks is put out', async () => {
    const ada = await person(here, 'Ada', ['administrator'])
    const { socket, connected, gone } = listen(here.url, { cookie: ada.cookie, origin: here.url })
    await connected
    socket.emit('approve', { hold: 'hld_1' })
    await gone
  })

  it('W05, W10: odd upgrades and broken frames close one connection and nothing else', async () => {
    const ada = await person(here, 'Ada', ['administrator'])
    const witness = listen(here.url, { cookie: ada.cookie, origin: here.url })
    await witness.connected
    const { port } = new URL(here.url)
    const upgrade = (path: string, more: Record<string, string> = {}) =>
      new Promise<number>(resolve => {
        const sent = request({
          host: '127.0.0.1',
          port,
          path,
          headers: {
            connection: 'Upgrade',
            upgrade: 'websocket',
            'sec-websocket-version': '13',
            'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
            cookie: ada.cookie,
            origin: here.url,
            ...more,
          },
        })
        sent.on('upgrade', (response, socket) => {
          // A masked text frame that is no packet, then reserved bits.
          socket.write(Buffer.from([0x81, 0x83, 0, 0, 0, 0, 0x7b, 0x7b, 0x7b]))
          socket.write(Buffer.from([0xff, 0xff, 0xff, 0xff]))
          socket.on('close', () => resolve(response.statusCode ?? 0))
          socket.resume()
        })
        sent.on('response', response => {
          response.resume()
          resolve(response.statusCode ?? 0)
        })
        sent.on('error', () => resolve(0))
        sent.end()
      })
    expect(await upgrade('/live/?EIO=4&transport=websocket')).toBe(101)
    for (const path of [
      'http://127.0.0.1:9/live/?EIO=4&transport=websocket',
      '/_next/webpack-hmr',
      '//live/?EIO=4&transport=websocket',
      '/api/console/me',
    ]) {
      expect(await upgrade(path), path).not.toBe(101)
    }
    await new Promise<void>(resolve => {
      const socket = connect(Number(port), '127.0.0.1', () =>
        socket.end('GET /live/ HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n'),
      )
      socket.on('close', () => resolve())
      socket.resume()
    })
    await publish('hold', ['hld_2'])
    await heardOf(witness.heard, 'hold').not.toEqual([])
  })
})
