import { dice } from './dice'
import { controls, direction, invisible, lines, lookalikes } from './hostile-characters'
import { imitations, limits, words } from './hostile-claims'
import { addresses, markdown, markup, styles } from './hostile-markup'

/** Arguments of an action as somebody who means harm would write them; all of it is JSON that the gate takes. */
type Hostile = Readonly<Record<string, unknown>>

type Roll = () => number
const pick = <T>(roll: Roll, from: readonly [T, ...T[]]): T => from[Math.floor(roll() * from.length)] ?? from[0]
const some = (roll: Roll, from: readonly [string, ...string[]], glue = ' '): string =>
  Array.from({ length: 1 + Math.floor(roll() * 4) }, () => pick(roll, from)).join(glue)
const upTo = (roll: Roll, most: number) => 1 + Math.floor(roll() * most)

/** Never half of a character: the gate takes no such text. */
const firstOf = (text: string, most: number) => Array.from(text).slice(0, most).join('')

/** In a value, in a name, in a list and inside something: whatever place is drawn in a way of its own. */
const everywhere = (text: string): Hostile => ({
  note: text,
  [firstOf(text, 120)]: 1,
  list: [text, 'x'],
  of: { [text]: text },
})

function deep(roll: Roll): Hostile {
  let value: unknown = pick(roll, imitations)
  for (let level = 4 + Math.floor(roll() * 50); level > 0; level--) {
    if (roll() < 0.5) value = roll() < 0.3 ? [value, pick(roll, limits)] : [value]
    else value = { [pick(roll, [...imitations, 'a', 'b/c', 'b~1c', ''])]: value, z: pick(roll, limits) }
  }
  return { value, beside: [[], {}, [[]], [{}], { '': {} }] }
}

function many(roll: Roll): Hostile {
  const names = Array.from(
    { length: 41 + Math.floor(roll() * 50) },
    (_, n) => `${pick(roll, ['key', 'k', 'Key', 'schlüssel'])}_${n}`,
  )
  const items = Array.from({ length: 13 + Math.floor(roll() * 30) }, () => pick(roll, [...limits, ...imitations]))
  const inside = Object.fromEntries(names.map((name, n) => [name, roll() < 0.96 ? n : items]))
  return roll() < 0.5 ? { ...inside, items } : { inside, items, 'in/side': 1, text: some(roll, markup) }
}

function alikeNames(roll: Roll): Hostile {
  const name = pick(roll, ['amount', 'to', 'recipient', 'a'])
  const like = [
    name.replace('a', '\u0430'),
    `${name}\u200b`,
    `${name} `,
    ` ${name}`,
    name.toUpperCase(),
    `${name}\u0301`,
    `${name}/b`,
    `${name}~1b`,
    `${name}.b`,
    `${name}\n`,
    name.replace('o', '\u043e'),
    `\u202e${name}`,
    `"${name}"`,
    `${name}:`,
    '',
    ' ',
    '0',
    '00',
    '-1',
    'hasOwnProperty',
    'toString',
    `${name}${'_'.repeat(200)}x`,
  ]
  const entries = [name, ...like].map((one, n): [string, unknown] => [
    one,
    n % 3 ? pick(roll, limits) : { [name]: n, b: one },
  ])
  return Object.fromEntries(entries.filter(() => roll() < 0.7))
}

function long(roll: Roll): Hostile {
  const filler = some(roll, words, '')
  const length = pick(roll, [601, 661, 5_000, 40_000, 200_000])
  const text = filler.repeat(Math.ceil(length / filler.length))
  return {
    note: `${text}${pick(roll, ['THE END', '\u202edne', '', '\n'])}`,
    list: [firstOf(text, 700), 'x'],
    after: pick(roll, imitations),
  }
}

/** The kinds of hostile text, each with what draws one of it. */
export const hostileKinds: Readonly<Record<string, (roll: Roll) => Hostile>> = {
  'markup that would run': roll => everywhere(some(roll, markup)),
  'markdown that would be drawn': roll => everywhere(some(roll, markdown, pick(roll, [' ', '\n']))),
  'addresses that lead elsewhere': roll => ({ ...everywhere(some(roll, addresses)), url: pick(roll, addresses) }),
  'styles that would hide': roll => everywhere(some(roll, [...styles, ...markup])),
  'directions of reading': roll => everywhere(some(roll, direction, pick(roll, ['', ' ']))),
  'characters that nobody sees': roll => everywhere(some(roll, invisible, pick(roll, ['', 'o'])).repeat(upTo(roll, 9))),
  'letters that look like others': roll => everywhere(some(roll, lookalikes)),
  'line ends and blanks': roll => everywhere(`${some(roll, lines, pick(roll, ['', 'x']))}${pick(roll, ['', 'rm'])}`),
  'control characters and escapes': roll => everywhere(some(roll, controls, pick(roll, ['', ' ']))),
  'very long texts': long,
  'deep nesting': deep,
  'many names and items': many,
  'names that look like one another': alikeNames,
  'numbers at their limits': roll =>
    Object.fromEntries(
      Array.from({ length: upTo(roll, 30) }, (_, n) => [`n${n}`, pick(roll, [...limits, [pick(roll, limits)]])]),
    ),
  'imitations of what we say ourselves': roll => ({
    ...everywhere(some(roll, imitations)),
    alone: pick(roll, imitations),
    of2: pick(roll, [[], {}, null, '']),
  }),
}

/** The `n`th of its kind, the same for the same seed. `nth` makes it differ from all others that a gate has seen. */
export function hostileOf(kind: string, n: number, seed: number): Hostile {
  const at = Object.keys(hostileKinds).indexOf(kind)
  const drawn = hostileKinds[kind]?.(dice(seed * 1_000_003 + at * 10_007 + n)) ?? {}
  return { ...drawn, nth: `${seed}.${at}.${n}` }
}

const anything = [
  ...markup,
  ...markdown,
  ...addresses,
  ...styles,
  ...direction,
  ...invisible,
  ...lookalikes,
  ...lines,
  ...controls,
  ...imitations,
] as const

/** A few hundred characters of hostile text, as they would stand in a recipient, a name or a reference. */
export function hostileText(n: number, seed: number): string {
  return firstOf(some(dice(seed * 7_919 + n), anything), 900)
}
