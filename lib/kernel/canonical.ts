import canonicalize from 'canonicalize'

/** RFC 8785 form of a JSON value. @throws TypeError for what is no JSON (undefined at the top, NaN, a function). */
export function canonical(value: unknown): string {
  const text = canonicalize(value)
  if (text === undefined) throw new TypeError('not a JSON value')
  return text
}
