/**
 * Reads an amount: a decimal string (at most 15 digits, 4 of them behind the point) or a JSON number of that shape.
 * @returns the value scaled by 10,000, or null for anything else: nothing is coerced (P06).
 */
export function parseDecimal(value: unknown): bigint | null {
  const text = typeof value === 'number' && Number.isFinite(value) ? String(value) : value
  if (typeof text !== 'string') return null
  const found = /^(-?)(\d{1,15})(?:\.(\d{1,4}))?$/.exec(text)
  if (!found) return null
  const scaled = BigInt(found[2] ?? '0') * 10_000n + BigInt((found[3] ?? '').padEnd(4, '0'))
  return found[1] ? -scaled : scaled
}
