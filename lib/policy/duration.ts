const units = { s: 1, m: 60, h: 3_600, d: 86_400 } as const

/** Seconds of `30s`, `5m`, `4h` or `2d` (at most four digits); null for anything else. */
export function durationSeconds(text: string): number | null {
  const [, number, unit] = /^(\d{1,4})([smhd])$/.exec(text) ?? []
  if (number === undefined) return null
  const found = Object.entries(units).find(([name]) => name === unit)
  return found ? Number(number) * found[1] : null
}
