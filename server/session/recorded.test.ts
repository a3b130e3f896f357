import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { eraseContent } from '@/server/db/content-store'
import { transact } from '@/server/db/tx'
import { openVault } from '@/server/db/vault'
import { emptyFolder } from '@/server/testing/folder'
import { registry } from '@/server/testing/registry'
import { recordedSources } from './recorded'
import { recordSources } from './source-store'

const { db } = await registry()
const real = openVault(emptyFolder('recorded'))
let opened = 0
const vault: typeof real = {
  ...real,
  open(key, sealed) {
    opened++
    return real.open(key, sealed)
  },
}
const agent = `agt_${randomBytes(4).toString('hex')}`
const record = (session: string, ...texts: string[]) =>
  transact(db, tx =>
    recordSources(
      tx,
      vault,
      agent,
      session,
      texts.map(text => ({ kind: 'tool_result', reported_by: 'gateway', ref: null, text })),
    ),
  )
/** What a session is judged by, the oldest first, and how many texts were opened for it. */
async function look(session: string): Promise<{ texts: string[]; opened: number }> {
  opened = 0
  const found = await recordedSources({ db, vault }, agent, session)
  return { texts: found.map(one => one.source.text), opened }
}
const erase = (id: string | undefined) => transact(db, tx => eraseContent(tx, id ?? '', 'usr_1'))

test('each text is opened once: what a call adds is all that the next one opens', async () => {
  await record('s-1', 'a', 'b', 'c')
  expect(await look('s-1')).toEqual({ texts: ['a', 'b', 'c'], opened: 3 })
  await record('s-1', 'd')
  expect(await look('s-1')).toEqual({ texts: ['a', 'b', 'c', 'd'], opened: 1 })
  expect(await look('s-1')).toEqual({ texts: ['a', 'b', 'c', 'd'], opened: 0 })
})

test('what is erased is gone at once, also where it was kept ready', async () => {
  const [, second] = await record('s-2', 'a', 'b', 'c')
  await look('s-2')
  await erase(second)
  expect((await look('s-2')).texts).toEqual(['a', 'c'])
})

test('the newest fit; what was cut for one that is erased is whole again, and what is pushed out opens nothing anew', async () => {
  const long = 'x'.repeat(200_000)
  const [, second] = await record('s-3', long, long)
  const lengths = async () => {
    const { texts, opened } = await look('s-3')
    return { lengths: texts.map(text => text.length), opened }
  }
  expect(await lengths()).toEqual({ lengths: [62_144, 200_000], opened: 2 })
  await record('s-3', 'y'.repeat(10_000))
  expect(await lengths()).toEqual({ lengths: [52_144, 200_000, 10_000], opened: 1 })
  await erase(second)
  expect((await lengths()).lengths).toEqual([200_000, 10_000])
  await record('s-3', ...Array.from({ length: 199 }, () => 'z'))
  expect(await lengths()).toMatchObject({ lengths: [10_000, ...Array(199).fill(1)], opened: 199 })
})
