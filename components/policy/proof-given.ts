type Value = string | number | boolean | null | readonly string[]

const bare: Readonly<Record<string, Value>> = { true: true, yes: true, false: false, no: false, unknown: null }

function readValue(text: string): Value {
  const word = bare[text]
  if (word !== undefined) return word
  if (/^-?\d+$/.test(text)) return Number(text)
  if (text.startsWith('[') && text.endsWith(']'))
    return text
      .slice(1, -1)
      .split(',')
      .map(one => one.trim())
      .filter(one => one !== '')
  return text
}

/** Reads facts as people write them, `name: value` a line: yes, no and unknown, whole numbers, [lists], and text. */
export function readGiven(text: string): {
  readonly given: Readonly<Record<string, Value>>
  readonly fault: string | null
} {
  const given: Record<string, Value> = {}
  for (const [at, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue
    const [, name, value] = /^\s*([a-z_]+)\s*:\s*(.*?)\s*$/.exec(line) ?? []
    if (name === undefined || value === undefined) return { given, fault: `Line ${at + 1} is not name: value.` }
    // `unknown` is also a word of two facts: where a value came from.
    given[name] = name.endsWith('_from') ? value : readValue(value)
  }
  return { given, fault: null }
}

/** Facts as {@link readGiven} reads them. */
export function writeGiven(given: Readonly<Record<string, unknown>>): string {
  const word = (value: unknown) =>
    value === null
      ? 'unknown'
      : Array.isArray(value)
        ? `[${value.join(', ')}]`
        : value === true
          ? 'yes'
          : value === false
            ? 'no'
            : String(value)
  return Object.entries(given)
    .map(([name, value]) => `${name}: ${word(value)}`)
    .join('\n')
}
