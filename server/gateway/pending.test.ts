import { expect, it } from 'vitest'
import { digestOfCall, openPending } from './pending'

/** An agent of whose sessions Holdpoint knows these calls, which wait; `asked`: for which it was asked. */
function agent(id: string, known: Record<string, readonly { id: string; digest: string }[]> = {}) {
  const asked: string[] = []
  const list = async ({ status, session }: { status: string; session: string }) => {
    if (status !== 'held') return { items: [], nextCursor: null }
    asked.push(session)
    return { items: (known[session] ?? []).map(one => ({ ...one, outcome: null })), nextCursor: null }
  }
  return { caller: { id, holdpoint: { list } }, asked }
}

it('what one agent leaves behind takes nothing from another, and what of its own is forgotten is asked of Holdpoint again', async () => {
  const pending = openPending()
  const digest = digestOfCall('pay', { n: 0 })
  const flood = agent('agt_flood', { 's-0': [{ id: 'act_known', digest }] })
  const other = agent('agt_other')
  const ask = async ({ caller }: typeof flood, session: string, n: number) => {
    const asking = await pending.take(caller, session, 'pay', { n })
    asking.id ??= `act_${caller.id}_${session}_${n}`
    pending.keep(caller, session, 'pay', { n }, asking)
    return asking
  }
  const mine = await ask(other, 's-0', 0)
  const first = await ask(flood, 's-0', 0)
  expect(first).toMatchObject({ id: 'act_known', found: true })
  for (let n = 0; n < 3_000; n++) await ask(flood, `s-${1 + (n % 700)}`, n)
  expect(await pending.take(other.caller, 's-0', 'pay', { n: 0 })).toBe(mine)
  expect(other.asked).toEqual(['s-0'])
  // Neither lost nor twice: the session has been forgotten, and Holdpoint says what waits in it.
  expect(await pending.take(flood.caller, 's-0', 'pay', { n: 0 })).toMatchObject({ id: 'act_known', found: true })
  expect(await pending.take(flood.caller, 's-0', 'pay', { n: 0 })).toMatchObject({ id: null, found: false })
  expect(flood.asked.filter(one => one === 's-0')).toHaveLength(2)
})

it('the newest of one session are kept, and each is found once, whatever Holdpoint tells again', async () => {
  const pending = openPending()
  const digest = digestOfCall('pay', { n: 1 })
  const one = agent('agt_one', { s: [{ id: 'act_same', digest }] })
  pending.keep(one.caller, 's', 'pay', { n: 1 }, { key: 'k', id: 'act_same', found: false })
  expect(await pending.take(one.caller, 's', 'pay', { n: 1 })).toMatchObject({ key: 'k', id: 'act_same' })
  expect(await pending.take(one.caller, 's', 'pay', { n: 1 })).toMatchObject({ id: null })
  for (let n = 0; n < 2_500; n++)
    pending.keep(one.caller, 's', 'pay', { n }, { key: `k-${n}`, id: `a-${n}`, found: false })
  expect(await pending.take(one.caller, 's', 'pay', { n: 2_499 })).toMatchObject({ key: 'k-2499' })
  expect(await pending.take(one.caller, 's', 'pay', { n: 10 })).toMatchObject({ id: null })
})
