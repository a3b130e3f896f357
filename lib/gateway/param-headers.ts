/** An argument that its tool wants named in a header as well, so that what stands between can route by it (SEP-2243). */
interface Declared {
  readonly path: readonly string[]
  readonly header: string
  readonly type: unknown
}

const key = 'x-mcp-header'
const before = '=?base64?'
const after = '?='
const canonicalBase64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/
const decimal = /^-?\d+(?:\.\d+)?$/
const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null

/** Headers are declared where a chain of `properties` leads to, and nowhere else. */
function declared(schema: unknown, path: readonly string[] = []): Declared[] {
  if (!isObject(schema)) return []
  const named = schema[key]
  const here = typeof named === 'string' && path.length > 0 ? [{ path, header: named, type: schema.type }] : []
  if (!isObject(schema.properties)) return here
  return [...here, ...Object.entries(schema.properties).flatMap(([name, one]) => declared(one, [...path, name]))]
}

/** What a header says; null: it claims to be Base64 of UTF-8 (RFC 4648 §4), and is not. */
function decoded(value: string): string | null {
  if (!value.startsWith(before) || !value.endsWith(after)) return value
  const inner = value.slice(before.length, -after.length)
  if (!canonicalBase64.test(inner)) return null
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Uint8Array.from(atob(inner), one => one.charCodeAt(0)))
  } catch {
    return null
  }
}

/**
 * Where the headers of a call say something else than its arguments, by which it is decided: whoever stood between has acted on
 * another call than this.
 * @param schema the tool's input schema @param header by name in any case; undefined: it is not there
 * @returns the header's name; null: they agree
 */
export function paramHeaderFault(
  schema: unknown,
  args: unknown,
  header: (name: string) => string | undefined,
): string | null {
  for (const { path, header: named, type } of declared(schema)) {
    const value = path.reduce<unknown>((at, name) => (isObject(at) ? at[name] : undefined), args)
    if (value === undefined || value === null || isObject(value)) continue
    const name = `Mcp-Param-${named}`
    const given = header(name)
    const text = given === undefined ? null : decoded(given)
    const isNumber = (type === 'integer' || type === 'number') && typeof value === 'number'
    const agrees = text !== null && (isNumber && decimal.test(text) ? Number(text) === value : text === String(value))
    if (!agrees) return name
  }
  return null
}
