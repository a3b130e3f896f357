import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { database } from '@/server/testing/database'
import { validateSchema } from './schema-engine'

const folder = fileURLToPath(new URL('../../prisma/schema', import.meta.url))
const files = readdirSync(folder)
  .filter(file => file.endsWith('.prisma'))
  .map((file): [string, string] => [file, readFileSync(`${folder}/${file}`, 'utf8')])
const sources = files.map(([, text]) => text)

interface Column {
  readonly type: string
  readonly nullable: boolean
  readonly hasDefault: boolean
}

const scalars: Readonly<Record<string, string>> = {
  String: 'text',
  Boolean: 'bool',
  Int: 'int4',
  BigInt: 'int8',
  DateTime: 'timestamptz',
  Bytes: 'bytea',
  Decimal: 'numeric',
}

/** Every model of the schema as `table.column`; relation fields have no column. */
function described(): { columns: Map<string, Column>; keys: Map<string, string[]> } {
  const columns = new Map<string, Column>()
  const keys = new Map<string, string[]>()
  for (const [, body = ''] of sources.join('\n').matchAll(/^model \w+ \{\n([\s\S]*?)^\}/gm)) {
    const table = /@@map\("(\w+)"\)/.exec(body)?.[1] ?? ''
    const key = /@@id\(\[([^\]]+)\]\)/.exec(body)?.[1]?.split(', ') ?? []
    for (const line of body.split('\n')) {
      const [, name = '', type = '', mark = '', rest = ''] = /^ {2}(\w+) +(\w+)(\[\]|\?)? *(.*)$/.exec(line) ?? []
      const scalar = scalars[type]
      if (!scalar) continue
      if (/@id\b/.test(rest)) key.push(name)
      const precision = /@db\.Decimal\((\d+), (\d+)\)/.exec(rest)
      columns.set(`${table}.${name}`, {
        type: `${mark === '[]' ? '_' : ''}${scalar}${precision ? `(${precision[1]},${precision[2]})` : ''}`,
        nullable: mark === '?',
        hasDefault: /@default\(/.test(rest),
      })
    }
    if (key.length > 0) keys.set(table, key)
  }
  return { columns, keys }
}

describe('prisma/schema', () => {
  let client: pg.Client
  let url: string
  beforeAll(async () => {
    url = (await database()).url
    client = new pg.Client({ connectionString: url })
    await client.connect()
  })
  afterAll(() => client.end())

  it('is a schema that Prisma’s own engine takes', async () => {
    await expect(validateSchema(files, url)).resolves.toBeUndefined()
    await expect(validateSchema([['main.prisma', 'model A {\n  id Strin @id\n}\n']], url)).rejects.toThrow()
  })

  it('describes every column that the migrations make: name, type, null and default', async () => {
    const { rows } = await client.query<{ column: string; type: string; nullable: boolean; has_default: boolean }>(
      `select table_name || '.' || column_name as column, is_nullable = 'YES' as nullable,
              udt_name || case when udt_name = 'numeric' then format('(%s,%s)', numeric_precision, numeric_scale) else '' end as type,
              column_default is not null or is_identity = 'YES' as has_default
       from information_schema.columns where table_schema = 'public' and table_name <> '_prisma_migrations'`,
    )
    const made = Object.fromEntries(
      rows.map(row => [row.column, { type: row.type, nullable: row.nullable, hasDefault: row.has_default }]),
    )
    expect(Object.fromEntries(described().columns)).toEqual(made)
  })

  it('names every primary key', async () => {
    const { rows } = await client.query<{ table: string; columns: string[] }>(
      `select c.conrelid::regclass::text as table,
              array(select a.attname::text from unnest(c.conkey) with ordinality k(n, i)
                    join pg_attribute a on a.attrelid = c.conrelid and a.attnum = k.n order by k.i) as columns
       from pg_constraint c join pg_class r on r.oid = c.conrelid join pg_namespace n on n.oid = r.relnamespace
       where c.contype = 'p' and n.nspname = 'public' and r.relname <> '_prisma_migrations'`,
    )
    expect(Object.fromEntries(described().keys)).toEqual(Object.fromEntries(rows.map(row => [row.table, row.columns])))
  })

  it('names only indexes and constraints that are there', async () => {
    const named = [...sources.join('\n').matchAll(/@@(?:index|unique)\(.*map: "(\w+)"/g)].map(found => found[1])
    const { rows } = await client.query<{ name: string }>(
      `select indexname as name from pg_indexes where schemaname = 'public'`,
    )
    const there = new Set(rows.map(row => row.name))
    expect(named.filter(name => !there.has(name ?? ''))).toEqual([])
  })
})
