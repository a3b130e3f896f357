/** One value inside arguments that holds no other: its place by RFC 6901. */
export interface Leaf {
  readonly pointer: string
  readonly value: unknown
}

const deepest = 32

/** Every value of the arguments that is given, in their order: null and the empty text are not. What lies deeper than 32 levels is one value, as its JSON text. */
export function* leavesOf(params: Readonly<Record<string, unknown>>): Generator<Leaf> {
  for (const [name, value] of Object.entries(params)) yield* inside(`/${escaped(name)}`, value, 1)
}

function* inside(pointer: string, value: unknown, depth: number): Generator<Leaf> {
  if (value === null || value === '') return
  if (typeof value !== 'object') yield { pointer, value }
  else if (depth > deepest) yield { pointer, value: JSON.stringify(value) }
  else {
    for (const [name, inner] of Object.entries(value)) yield* inside(`${pointer}/${escaped(name)}`, inner, depth + 1)
  }
}

const escaped = (name: string) => name.replaceAll('~', '~0').replaceAll('/', '~1')

/** The parameter that a pointer leads into. */
export function parameterOf(pointer: string): string {
  return (pointer.split('/')[1] ?? '').replaceAll('~1', '/').replaceAll('~0', '~')
}
