const mostText = 200_000

/** Every text in what a tool answered, in order: what the model has before it now. Its other members are numbers and flags. */
export function textsIn(value: unknown): string {
  const found: string[] = []
  let length = 0
  const walk = (one: unknown): void => {
    if (length > mostText) return
    if (typeof one === 'string') {
      found.push(one)
      length += one.length + 1
    } else if (typeof one === 'object' && one !== null) for (const part of Object.values(one)) walk(part)
  }
  walk(value)
  return found
    .join('\n')
    .slice(0, mostText)
    .replace(/[\ud800-\udbff]$/, '')
}
