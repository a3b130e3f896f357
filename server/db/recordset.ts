/** A column of what is inserted, and its type in PostgreSQL. */
export type Column<T> = readonly [keyof T & string, string]

type Carried = string | number | boolean | null | Date | Buffer

/** Types whose values go as PostgreSQL itself sends them; all others go as text and are cast there. */
const oids: Readonly<Record<string, number>> = { boolean: 16, bytea: 17, text: 25, timestamptz: 1184 }

/**
 * Many rows as one array for each column, in PostgreSQL's own binary form: costs the driver a tenth of what its text arrays do,
 * and the server a third of what JSON does. `from` stands after `from` and calls the rows `g`, `params` are the parameters.
 * @param at the number of the first parameter
 */
export function recordset<T extends Readonly<Record<keyof T, Carried>>>(
  columns: readonly Column<T>[],
  at: number,
): { readonly from: string; readonly params: (rows: readonly T[]) => Buffer[] } {
  const arrays = columns.map(([, type], n) =>
    type in oids ? `$${at + n}::${type}[]` : `$${at + n}::text[]::${type}[]`,
  )
  return {
    from: `unnest(${arrays.join(', ')}) as g(${columns.map(([name]) => name).join(', ')})`,
    params: rows =>
      columns.map(([name, type]) =>
        encode(
          rows.map(row => row[name]),
          oids[type] ?? 25,
        ),
      ),
  }
}

/** One array of one dimension, as `array_recv` reads it. */
function encode(values: readonly Carried[], oid: number): Buffer {
  const sizes = values.map(sizeOf)
  const bytes = Buffer.allocUnsafe(sizes.reduce<number>((sum, size) => sum + 4 + Math.max(0, size), 20))
  bytes.writeInt32BE(values.length === 0 ? 0 : 1, 0)
  bytes.writeInt32BE(values.includes(null) ? 1 : 0, 4)
  bytes.writeInt32BE(oid, 8)
  if (values.length === 0) return bytes.subarray(0, 12)
  bytes.writeInt32BE(values.length, 12)
  bytes.writeInt32BE(1, 16)
  let end = 20
  for (const [n, value] of values.entries()) {
    const size = sizes[n] ?? -1
    end = bytes.writeInt32BE(size, end)
    if (value === null) continue
    if (typeof value === 'string') bytes.write(value, end)
    else if (value instanceof Date) bytes.writeBigInt64BE(BigInt(value.getTime() - epoch) * 1_000n, end)
    else if (value instanceof Buffer) value.copy(bytes, end)
    else if (typeof value === 'boolean') bytes[end] = value ? 1 : 0
    else bytes.write(String(value), end)
    end += size
  }
  return bytes
}

/** PostgreSQL counts from 2000. */
const epoch = Date.UTC(2000, 0)

function sizeOf(value: Carried): number {
  if (value === null) return -1
  if (typeof value === 'string') return Buffer.byteLength(value)
  if (value instanceof Date) return 8
  if (value instanceof Buffer) return value.length
  return typeof value === 'boolean' ? 1 : String(value).length
}

/**
 * One row with a parameter for each column, for what is never more than one: a statement that reads it takes the server a fifth
 * to a quarter less than where it is an array of one. `from` and `params` as above.
 */
export function oneRow<T extends Readonly<Record<keyof T, Carried>>>(
  columns: readonly Column<T>[],
  at: number,
): { readonly from: string; readonly params: (row: T) => (string | Buffer | null)[] } {
  return {
    from: `(select ${columns.map(([name, type], n) => `$${at + n}::${type} as ${name}`).join(', ')}) as g`,
    params: row => columns.map(([name]) => plain(row[name])),
  }
}

function plain(value: Carried): string | Buffer | null {
  if (value === null || value instanceof Buffer) return value
  return value instanceof Date ? value.toISOString() : String(value)
}
