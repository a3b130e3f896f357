/**
 * A JSON value as text in which nothing is hidden and nothing can be taken for something else: printable ASCII alone, laid
 * out with two spaces, and parsed it is the value again (RFC 8259). Every other character, and each space of a run, is
 * written as its code, so that what is on the screen can be typed off it (U03 to U06).
 */
export function exactJson(value: unknown): string {
  return written(value, '\n')
}

/** The same on one line. */
export function exactLine(value: unknown): string {
  return written(value, null)
}

/** `line` is a line break with the indentation of where the value stands. */
function written(value: unknown, line: string | null): string {
  if (typeof value === 'string') return quoted(value)
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null'
  const inner = line && `${line}  `
  const parts = Array.isArray(value)
    ? value.map((one: unknown) => written(one, inner))
    : Object.entries(value).map(([name, one]) => `${quoted(name)}: ${written(one, inner)}`)
  const [open, close] = Array.isArray(value) ? '[]' : '{}'
  if (parts.length === 0) return `${open}${close}`
  return `${open}${inner ?? ''}${parts.join(`,${inner ?? ' '}`)}${line ?? ''}${close}`
}

function quoted(text: string): string {
  return JSON.stringify(text)
    .replace(/[^ -~]/g, unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .replace(/ {2,}/g, run => '\\u0020'.repeat(run.length))
}
