import fc from 'fast-check'
import { expect, it } from 'vitest'
import { registry } from '@/server/testing/registry'
import { type Column, oneRow, recordset } from './recordset'

const { db } = await registry()
interface Row {
  readonly words: string | null
  readonly bytes: Buffer | null
  readonly yes: boolean | null
  readonly at: Date | null
  readonly whole: number | null
  readonly exact: string | null
}
const columns: readonly Column<Row>[] = [
  ['words', 'text'],
  ['bytes', 'bytea'],
  ['yes', 'boolean'],
  ['at', 'timestamptz'],
  ['whole', 'integer'],
  ['exact', 'numeric'],
]
const set = recordset<Row>(columns, 1)
const one = oneRow<Row>(columns, 1)
const maybe = <T>(of: fc.Arbitrary<T>) => fc.option(of, { nil: null })
const row = fc.record({
  words: maybe(fc.string({ unit: 'grapheme' }).filter(text => !text.includes('\0'))),
  bytes: maybe(fc.uint8Array().map(bytes => Buffer.from(bytes))),
  yes: maybe(fc.boolean()),
  at: maybe(fc.date({ min: new Date('0100-01-01'), max: new Date('9999-01-01'), noInvalidDate: true })),
  whole: maybe(fc.integer()),
  exact: maybe(fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }).map(String)),
})

it('rows arrive as they were sent, nulls and none at all included', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(row, { maxLength: 8 }), async rows => {
      const { rows: back } = await db.pool.query(`select * from ${set.from}`, set.params(rows))
      expect(back).toEqual(rows)
    }),
    { numRuns: 200 },
  )
})

it('one row arrives as it was sent, nulls included', async () => {
  await fc.assert(
    fc.asyncProperty(row, async given => {
      const { rows } = await db.pool.query(`select * from ${one.from}`, one.params(given))
      expect(rows).toEqual([given])
    }),
    { numRuns: 200 },
  )
})
