import { beforeAll, describe, expect, it } from 'vitest'
import type { Running } from '@/server/start'
import { type Browser, browser } from '@/server/testing/browser'
import { registry, type TestRegistry } from '@/server/testing/registry'
import { startServer } from '@/server/testing/server'

let world: TestRegistry
let administrator: Browser
let running: Running
beforeAll(async () => {
  world = await registry()
  running = await startServer(world.test.url)
  administrator = await browser(running, world.administrator)
  const staging = { name: 'Invoice clerk', kind: 'bot', application_id: world.application, environment: 'staging' }
  for (const body of [staging, { name: 'Payroll clerk', application_id: world.application }]) {
    expect((await administrator('POST', '/agents', body)).status).toBe(201)
  }
  for (let at = 0; at < 12; at++) await world.agent({}, at % 2 === 0)
})

describe('the list', () => {
  it('pages through everything once, in every order, and filters', async () => {
    for (const sort of ['name', '-name', 'created', '-created', '-last_seen']) {
      const seen: unknown[] = []
      let cursor: unknown = null
      do {
        const { status, body } = await administrator(
          'GET',
          `/agents?limit=3&sort=${sort}${cursor ? `&cursor=${String(cursor)}` : ''}`,
        )
        expect(status).toBe(200)
        seen.push(...(body.items ?? []).map(item => item.id))
        cursor = body.next_cursor
      } while (cursor)
      const all = (await administrator('GET', `/agents?limit=200&sort=${sort}`)).body.items ?? []
      expect(seen, sort).toEqual(all.map(item => item.id))
    }
    expect((await administrator('GET', '/agents?q=payroll%20CLERK')).body.items).toMatchObject([
      { name: 'Payroll clerk' },
    ])
    expect((await administrator('GET', '/agents?q=%25')).body.items).toEqual([])
    expect((await administrator('GET', '/agents?kind=bot&environment=staging')).body.items).toMatchObject([
      { name: 'Invoice clerk' },
    ])
  })

  it('says which the reader may stop: who contains, decides its approvals or answers for it, and nobody else', async () => {
    const { id } = await world.agent()
    const stoppable = async (person: TestRegistry['viewer']) => {
      const reads = await browser(running, person)
      const listed = (await reads('GET', '/agents?limit=200')).body.items?.find(item => item.id === id)
      const alone = (await reads('GET', `/agents/${id}`)).body
      expect(listed?.may_contain).toBe(alone.may_contain)
      return listed?.may_contain
    }
    for (const person of [world.administrator, world.governor, world.approver, world.owner, world.backup])
      expect(await stoppable(person), person.name).toBe(true)
    expect(await stoppable(world.viewer)).toBe(false)
  })

  it('takes no cursor but its own: a forged one is 400, whatever the order', async () => {
    const forged = [['x', 'y'], ['2026-13-45', 'y'], ['', ''], ['x'], [1, 2], { a: 1 }].map(keys =>
      Buffer.from(JSON.stringify(keys)).toString('base64url'),
    )
    for (const cursor of forged) {
      for (const sort of ['created', '-last_seen']) {
        expect((await administrator('GET', `/agents?sort=${sort}&cursor=${cursor}`)).status, `${sort} ${cursor}`).toBe(
          400,
        )
      }
    }
  })

  it('P07 drops no filter silently: operators, lists and unknown parameters are 400', async () => {
    for (const query of [
      'owner[not]=x',
      'owner={"not":""}',
      'status[]=active',
      'status=',
      'owner=',
      'cursor=x',
      'limit=0',
      'limit=201',
      'limit=1e2x',
      'unknown=1',
      'status=active&status=retired',
      'sort=password',
      'team=undefined',
      'q=',
    ]) {
      expect((await administrator('GET', `/agents?${query}`)).status, query).toBe(400)
    }
    for (const id of ['{"not":""}', 'undefined', 'null', '*', 'agt_%', '..']) {
      expect((await administrator('GET', `/agents/${encodeURIComponent(id)}`)).status, id).toBe(404)
    }
    for (const body of [
      { application_id: { not: '' } },
      { application_id: world.application, owner_id: { not: '' } },
      { application_id: world.application, extra: 1 },
      { application_id: world.application, limits: { set: 1 } },
    ]) {
      expect((await administrator('POST', '/agents', { name: 'Lone bot', ...body })).status, JSON.stringify(body)).toBe(
        400,
      )
    }
    expect((await administrator('PATCH', `/agents/${(await world.agent()).id}`, {})).status).toBe(400)
  })
})
