import { randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import { everything, type Person, world } from '@/server/testing/world'

const w = await world(1)
let key = ''
let ann: Person
let olga: Person

beforeAll(async () => {
  await w.tools({ run: {} })
  const scopes = [everything]
  key = (await w.agent({ scopes, owner_id: w.owner.id })).key
  ann = await w.signedIn(w.approver)
  olga = await w.signedIn(w.owner)
})

let n = 0
const hold = async () => (await w.submit(key, { tool: 'run', params: { n: n++ } })).body
const give = (held: { hold: { id: string }; digest: string }, verdict: string, headers: Record<string, string>) =>
  ann('POST', `/api/console/holds/${held.hold.id}/reviews`, { verdict, digest: held.digest }, headers)

describe('the key of a review', () => {
  it('INV-05 makes the same verdict once, and no other one', async () => {
    const held = await hold()
    const headers = { 'idempotency-key': randomUUID() }
    expect((await give(held, 'ask', headers)).status).toBe(201)
    const again = await give(held, 'ask', headers)
    expect(again).toMatchObject({ status: 201, body: { status: 'pending' } })
    expect(again.body.reviews).toHaveLength(1)
    expect(await give(held, 'reject', headers)).toMatchObject({ status: 409, body: { code: 'idempotency.conflict' } })
    expect((await ann('GET', `/api/console/holds/${held.hold.id}`)).body).toMatchObject({ status: 'pending' })
  })

  it('INV-05 is no key of another hold', async () => {
    const [one, other] = [await hold(), await hold()]
    const headers = { 'idempotency-key': randomUUID() }
    expect((await give(one, 'approve', headers)).status).toBe(201)
    expect(await give(other, 'approve', headers)).toMatchObject({ status: 409, body: { code: 'idempotency.conflict' } })
    expect((await ann('GET', `/api/console/holds/${other.hold.id}`)).body).toMatchObject({ status: 'pending' })
  })
})

it('A hold is seen by those who may decide it, and by nobody else', async () => {
  const held = await hold()
  const path = `/api/console/holds/${held.hold.id}`
  const seen = async () => (await ann('GET', path)).body.seen
  expect((await olga('POST', `${path}/views`, { digest: held.digest })).status).toBe(204)
  expect(await seen()).toBe(false)
  expect((await ann('POST', `${path}/views`, { digest: held.digest })).status).toBe(204)
  expect(await seen()).toBe(true)
})
