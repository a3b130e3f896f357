import fc from 'fast-check'
import { z } from 'zod'

/** What of JSON Schema our own schemas use. */
interface Schema {
  readonly type?: string | readonly string[]
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly anyOf?: readonly Schema[]
  readonly oneOf?: readonly Schema[]
  readonly allOf?: readonly Schema[]
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: boolean | Schema
  readonly items?: Schema
  readonly minItems?: number
  readonly pattern?: string
  readonly format?: string
  readonly maxLength?: number
  readonly minimum?: number
  readonly maximum?: number
}

/** Values that have broken programs: wrong types, numbers that JSON carries and nothing else does, text that is not text. */
export const nasty: readonly unknown[] = [
  ...[null, true, false, '', ' ', [], {}, [[]], [null], { not: '' }, { gt: 0 }, { length: -1 }],
  ...[-1, -0, 0.1, 2 ** 31, 2 ** 53, -(2 ** 63), 1e308, 5e-324],
  ...['\u0000', 'a\u0000b', '\ud800', '\udc00x', '\u202eabc', '\ufeff', '\u200b', 'ﬀ', '😀'.repeat(500)],
  ...['x'.repeat(5_000), 'x'.repeat(100_000), '\n'.repeat(3_000), '__proto__', 'constructor', 'toString'],
  ...["'; drop table action; --", '$1', '%s%n', '../../etc/passwd', '1e400', 'NaN', '-Infinity', '0x10'],
  ...['9999-12-31T23:59:59Z', '0000-00-00', '+275760-09-13T00:00:00.001Z', 'infinity', '-infinity', 'null'],
  ...['*'.repeat(200), '('.repeat(200), 'a,b', '{}', '[]', '<script>alert(1)</script>', 'javascript:alert(1)'],
  Array.from({ length: 1_000 }, (_, at) => at),
  Object.fromEntries(Array.from({ length: 500 }, (_, at) => [`k${at}`, at])),
  JSON.parse(`${'['.repeat(60)}${']'.repeat(60)}`),
]
const odd = fc.constantFrom(...nasty)

/** Words that mean something here; ids are those of the caller. */
const words = [
  'run',
  'look',
  'pay',
  '*',
  'production',
  'internal',
  'killed',
  'approve',
  'A name',
  'a@b.example',
  '10.00',
]

/** Values that fit a schema, or nearly. `ids` are picked where a pattern asks for an id. */
function fits(schema: Schema, ids: readonly string[], depth = 0): fc.Arbitrary<unknown> {
  if (depth > 6) return fc.constant(null)
  const inside = (one: Schema) => fits(one, ids, depth + 1)
  if ('const' in schema) return fc.constant(schema.const)
  if (schema.enum) return fc.constantFrom(...schema.enum)
  const choices = schema.anyOf ?? schema.oneOf
  if (choices) return fc.oneof(...choices.map(inside))
  if (schema.allOf?.[0]) return inside(schema.allOf[0])
  if (Array.isArray(schema.type)) return fc.oneof(...schema.type.map(type => inside({ ...schema, type })))
  switch (schema.type) {
    case 'object': {
      const properties = Object.entries(schema.properties ?? {}).map(([name, one]) => [name, inside(one)] as const)
      const known = fc.record<Record<string, unknown>>(Object.fromEntries(properties), {
        requiredKeys: [...(schema.required ?? [])],
      })
      if (typeof schema.additionalProperties !== 'object') return known
      return fc
        .tuple(known, fc.dictionary(fc.constantFrom(...words), inside(schema.additionalProperties), { maxKeys: 3 }))
        .map(([one, more]) => ({ ...more, ...one }))
    }
    case 'array':
      return fc.array(schema.items ? inside(schema.items) : fc.jsonValue(), { maxLength: (schema.minItems ?? 0) + 2 })
    case 'integer':
    case 'number': {
      const min = Math.max(schema.minimum ?? -5, -(2 ** 31))
      return fc.integer({ min, max: Math.max(min, Math.min(schema.maximum ?? 100_000, 2 ** 31 - 1)) })
    }
    case 'boolean':
      return fc.boolean()
    case 'null':
      return fc.constant(null)
    case 'string':
      return texts(schema, ids)
    default:
      return fc.jsonValue()
  }
}

function texts(schema: Schema, ids: readonly string[]): fc.Arbitrary<string> {
  const digests = schema.pattern?.includes('sha256') ? ids.filter(id => id.startsWith('sha256:')) : []
  if (digests.length > 0) return fc.constantFrom(...digests)
  const prefix = /^\^\(?([a-z]{3})_/.exec(schema.pattern ?? '')?.[1]
  const mine = prefix ? ids.filter(id => id.startsWith(prefix)) : []
  if (mine.length > 0) return fc.constantFrom(...mine, `${prefix}_${'0'.repeat(26)}`)
  if (schema.format === 'email') return fc.constantFrom('new@acme.example', 'a@b', 'ann＠acme.example')
  if (schema.format === 'uri') return fc.constantFrom('https://acme.example/x', 'http://[::1]/', 'data:,')
  return fc.oneof(fc.constantFrom(...words, ...ids), fc.string({ maxLength: Math.min(schema.maxLength ?? 40, 40) }))
}

/** Changes one place in a value: replaced, dropped, or given an unknown neighbour. */
function spoil(value: unknown, how: number, at: number, by: unknown): unknown {
  const places: { holder: Record<string, unknown>; name: string }[] = []
  const root = { value: structuredClone(value) }
  const walk = (holder: Record<string, unknown>) => {
    for (const [name, inside] of Object.entries(holder)) {
      places.push({ holder, name })
      if (isHolder(inside)) walk(inside)
    }
  }
  walk(root)
  const place = places[at % places.length]
  if (!place) return root.value
  if (how === 0) place.holder[place.name] = by
  else if (how === 1) delete place.holder[place.name]
  else place.holder[`${place.name}x`] = by
  return root.value
}

const isHolder = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null

/** What happens to the text on its way: nothing, mostly. */
const ways: readonly ((text: string, at: number) => Buffer)[] = [
  (text, at) => Buffer.from(text.slice(0, at % (text.length + 1))),
  text => Buffer.from(text.replace(/\{("[^"]*":)/, '{$11,$1')),
  text => Buffer.from(text.replace('{', '{"__proto__":{"admin":true},"constructor":{"prototype":{}},')),
  (text, at) => {
    const bytes = Buffer.from(text)
    const cut = at % (bytes.length + 1)
    return Buffer.concat([bytes.subarray(0, cut), Buffer.from([0xff, 0xc0, 0x80]), bytes.subarray(cut)])
  },
  text => Buffer.from(`\ufeff${text}`),
  text => Buffer.from(text, 'utf16le'),
  text => Buffer.from(text.replace(/\d+/, '1e400')),
  text => Buffer.from(text.replace(/\d+/, '9007199254740993')),
  text => Buffer.from(`${text}${text}`),
  text => Buffer.from(text.replace('{', `{"deep":${'['.repeat(20_000)}${']'.repeat(20_000)},`)),
  text => Buffer.from(text.replace('{', `{"long":"${'x'.repeat(1_100_000)}",`)),
  () => Buffer.from('['.repeat(200_000)),
  () => Buffer.alloc(0),
  () => Buffer.from(' \n\t'),
]

const asJson = (schema: z.ZodType): Schema =>
  JSON.parse(JSON.stringify(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' })))

/** Parts of a path that fit their schema, are spoilt, or are not percent-encoded as they should be. */
export function pathParts(schema: z.ZodType | undefined, ids: readonly string[]): fc.Arbitrary<Record<string, string>> {
  const raw = fc.constantFrom(
    '%00',
    '%ff',
    '%',
    '%zz',
    '..',
    '%2e%2e%2f',
    'a%2fb',
    '%c0%af',
    '~',
    `act_${'0'.repeat(26)}`,
  )
  const part = fc.oneof(
    raw,
    odd.map(one => encodeURIComponent(String(one).toWellFormed()).slice(0, 2_000)),
  )
  const good = schema ? fits(asJson(schema), ids) : fc.constant({})
  return fc
    .tuple(good, part, fc.nat(9))
    .map(([value, by, spoilt]) =>
      Object.fromEntries(
        Object.entries(isHolder(value) ? value : {}).map(([name, one]) => [
          name,
          spoilt === 0 ? by : encodeURIComponent(String(one).toWellFormed()),
        ]),
      ),
    )
}

/** Bodies for a schema: half as they should be, others with one thing wrong, others broken as text. */
export function bodies(schema: z.ZodType, ids: readonly string[]): fc.Arbitrary<Buffer> {
  const good = fits(asJson(schema), ids)
  const wrong = fc.tuple(good, fc.nat(2), fc.nat(50), odd).map(([value, how, at, by]) => spoil(value, how, at, by))
  const text = (value: unknown) => JSON.stringify(value) ?? ''
  return fc.oneof(
    { weight: 2, arbitrary: good.map(value => Buffer.from(text(value))) },
    wrong.map(value => Buffer.from(text(value))),
    fc
      .tuple(fc.oneof(good, wrong), fc.constantFrom(...ways), fc.nat(5_000))
      .map(([value, way, at]) => way(text(value), at)),
  )
}

/** Query strings for a schema: fitting, spoilt, unknown, twice, and not percent-encoded as they should be. */
export function queries(schema: z.ZodType | undefined, ids: readonly string[]): fc.Arbitrary<string> {
  const good = fits(schema ? asJson(schema) : { type: 'object' }, ids).map(value => (isHolder(value) ? value : {}))
  const encode = (value: Record<string, unknown>) =>
    Object.entries(value)
      .map(
        ([name, one]) =>
          `${encodeURIComponent(name)}=${encodeURIComponent(String(one).toWellFormed()).slice(0, 3_000)}`,
      )
      .join('&')
  const wrong = fc.tuple(good, odd, fc.nat(9)).map(([value, by, at]) => {
    const names = Object.keys(value)
    return { ...value, [names[at % (names.length || 1)] ?? 'limit']: typeof by === 'object' ? JSON.stringify(by) : by }
  })
  const raw = ['limit=%zz', 'cursor=%ff%fe', 'q=%00', 'limit=1&limit=2', 'a[b]=c', '=', '&&&', 'limit', '__proto__=1']
  return fc.oneof(
    { weight: 3, arbitrary: good.map(encode) },
    { weight: 3, arbitrary: wrong.map(encode) },
    fc.tuple(good.map(encode), fc.constantFrom(...raw)).map(([one, more]) => `${one}&${more}`),
  )
}
