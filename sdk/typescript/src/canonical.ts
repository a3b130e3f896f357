import { sha256Hex } from './sha256.ts'

const loneSurrogate = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/

/**
 * RFC 8785 form of a JSON value: what both sides hash, and what is sent. Members that are undefined are left out, as JSON
 * does. @throws TypeError for what is no JSON: NaN, a lone surrogate, a Date, a bigint, a hole in a list.
 */
export function canonical(value: unknown): string {
  if (value === null || typeof value === 'boolean') return String(value)
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new TypeError('not a JSON number')
    return JSON.stringify(value)
  }
  if (typeof value === 'string') return text(value)
  if (Array.isArray(value)) return `[${Array.from(value, canonical).join(',')}]`
  if (typeof value !== 'object' || !isPlain(value)) throw new TypeError('not a JSON value')
  const members = Object.entries(value).filter(([, member]) => member !== undefined)
  // RFC 8785 §3.2.3: by UTF-16 code units, which is how JavaScript compares.
  members.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
  return `{${members.map(([name, member]) => `${text(name)}:${canonical(member)}`).join(',')}}`
}

function text(value: string): string {
  if (loneSurrogate.test(value)) throw new TypeError('a lone surrogate is no JSON')
  return JSON.stringify(value)
}

/** A Date, a Map or an instance of a class would be sent as something else than what it is. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || Object.getPrototypeOf(prototype) === null
}

/** `sha256:` and hex over the canonical form of `{params, resource, tool}` (resource null if absent). */
export function digestOf(action: { tool: string; resource?: unknown; params: unknown }): string {
  return `sha256:${sha256Hex(canonical({ params: action.params, resource: action.resource ?? null, tool: action.tool }))}`
}
