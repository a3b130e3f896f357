import { fold } from './fold'

const most = 20_000
const token = /\s*(?:("(?:[^"\\]|\\.)*")|(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|(true|false|null)|([[\]{}:,]))/y

interface Level {
  readonly list: boolean
  readonly pointer: string
  index: number
  name: string | null
}

/**
 * The scalars of a text that is JSON, or begins as JSON and was cut off: the pointer of each by what it folds to, numbers
 * by their digits. Running text inside a string is no field, and what follows the end of the value is none either.
 */
export function fieldsOf(text: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  const levels: Level[] = []
  const form = new RegExp(token)
  while (found.size < most) {
    const [, string, number, word, sign] = form.exec(text) ?? []
    const level = levels.at(-1)
    if (string === undefined && number === undefined && word === undefined && sign === undefined) break
    if (sign === '[' || sign === '{')
      levels.push({ list: sign === '[', pointer: pointerOf(level), index: 0, name: null })
    else if (sign === ']' || sign === '}') levels.pop()
    else if (sign === ',' && level) {
      level.index++
      level.name = null
    } else if (string !== undefined && level && !level.list && level.name === null) level.name = unquoted(string)
    else if (number !== undefined) keep(found, String(Number(number)), pointerOf(level))
    // A text that is one string and nothing more is running text.
    else if (string !== undefined && level) keep(found, fold(unquoted(string)), pointerOf(level))
    if (levels.length === 0) break
  }
  return found
}

function keep(found: Map<string, string>, key: string, pointer: string): void {
  if (key !== '' && !found.has(key)) found.set(key, pointer)
}

function pointerOf(level: Level | undefined): string {
  if (!level) return ''
  const name = level.list ? String(level.index) : (level.name ?? '')
  return `${level.pointer}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`
}

function unquoted(token: string): string {
  if (!token.includes('\\')) return token.slice(1, -1)
  try {
    return String(JSON.parse(token))
  } catch {
    return token.slice(1, -1)
  }
}
