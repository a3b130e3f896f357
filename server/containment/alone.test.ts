import { expect, it } from 'vitest'
import { reader } from '@/server/db/tx'
import { registry } from '@/server/testing/registry'
import { standsAloneIn } from './switch-store'

const world = await registry()
const leave = (...people: readonly { id: string }[]) =>
  world.db.pool.query(`update person set status = 'disabled' where id = any($1)`, [people.map(one => one.id)])

it('K05 nobody lifts their own as a person alone while another administrator, governor or approver is there', async () => {
  const alone = () => standsAloneIn(reader(world.db.pool), world.governor.id)
  expect(await alone()).toBe(false)
  await leave(world.approver, world.outsider)
  expect(await alone(), 'an administrator could lift it').toBe(false)
  await leave(world.administrator)
  expect(await alone()).toBe(true)
})
