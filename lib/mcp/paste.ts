import { z } from 'zod'

/** A server as somebody has it at hand: an address, a command line, or an entry of a client's configuration. */
export interface Pasted {
  readonly name: string
  readonly url: string | null
  readonly headers: Readonly<Record<string, string>>
  readonly command: string | null
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
}

const texts = z.record(z.string(), z.string()).default({})
const entry = z.union([
  z.looseObject({ url: z.string(), headers: texts }),
  z.looseObject({ command: z.string(), args: z.array(z.string()).default([]), env: texts }),
])
const servers = z.record(z.string(), entry)
const file = z.union([
  z.looseObject({ mcpServers: servers }).transform(one => one.mcpServers),
  z.looseObject({ servers }).transform(one => one.servers),
  entry.transform((one): z.output<typeof servers> => ({ '': one })),
  servers,
])

const nothing: Pasted = { name: '', url: null, headers: {}, command: null, args: [], env: {} }

/** Reads what was pasted; an empty text is a command that is empty. A file of several servers gives its first. */
export function readPasted(text: string): Pasted {
  const given = text.trim()
  if (/^https?:\/\//i.test(given)) return { ...nothing, url: given, name: nameOf(hostOf(given)) }
  if (given.startsWith('{')) {
    const found = fromFile(given)
    if (found) return found
  }
  const words = wordsOf(given)
  const env: Record<string, string> = {}
  while (/^[A-Za-z_][A-Za-z0-9_]*=/.test(words[0] ?? '')) {
    const [variable = ''] = words.splice(0, 1)
    const at = variable.indexOf('=')
    env[variable.slice(0, at)] = variable.slice(at + 1)
  }
  const [command = '', ...args] = words
  return { ...nothing, command, args, env, name: nameOf(programIn([command, ...args])) }
}

function fromFile(text: string): Pasted | null {
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch {
    return null
  }
  const found = file.safeParse(parsed)
  const [first] = found.success ? Object.entries(found.data) : []
  if (!first) return null
  const [key, one] = first
  if ('url' in one && typeof one.url === 'string')
    return { ...nothing, url: one.url, headers: texts.parse(one.headers), name: nameOf(key || hostOf(one.url)) }
  if (!('command' in one) || typeof one.command !== 'string') return null
  const args = z.array(z.string()).parse(one.args)
  const name = nameOf(key || programIn([one.command, ...args]))
  return { ...nothing, command: one.command, args, env: texts.parse(one.env), name }
}

/** The words of a command line, with quotes and backslashes as a shell reads them, and nothing else that a shell does. */
export function wordsOf(line: string): string[] {
  const words: string[] = []
  let word: string | null = null
  let quote = ''
  for (let at = 0; at < line.length; at++) {
    const one = line[at] ?? ''
    if (quote === "'" ? one === "'" : quote === '"' ? one === '"' : false) quote = ''
    else if (one === '\\' && quote !== "'" && at + 1 < line.length) word = (word ?? '') + line[++at]
    else if (quote === '' && (one === '"' || one === "'")) {
      quote = one
      word ??= ''
    } else if (quote === '' && /\s/.test(one)) {
      if (word !== null) words.push(word)
      word = null
    } else word = (word ?? '') + one
  }
  return word === null ? words : [...words, word]
}

/** A command line that `wordsOf` reads as these words. */
export const lineOf = (words: readonly string[]): string =>
  words.map(word => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`)).join(' ')

const runners = /^(npx|uvx|bunx|node|deno|python3?|uv|docker|run|exec|dlx|pnpm|yarn|bun)$/
/** What a command line is about: the first word that is not a runner, nor one of its flags. */
const programIn = (words: readonly string[]) =>
  words.find(word => !word.startsWith('-') && !runners.test(word)) ?? words[0] ?? ''

const hostOf = (url: string) => (URL.canParse(url) ? new URL(url).hostname : '')
const plain = /^(mcp|server|servers|www|api|com|org|net|io|dev|ai|app|js|py|modelcontextprotocol|localhost|\d+)$/

/** A name that it may have, from a host, a package or a path: what is in it beside the words that all of them have. */
function nameOf(text: string): string {
  const last =
    text
      .replace(/@[\d^~.]+[^/]*$/, '')
      .split('/')
      .at(-1) ?? ''
  const words = last.split(/[^A-Za-z0-9]+/).filter(word => word !== '' && !plain.test(word.toLowerCase()))
  const name = words.join('-').replace(/^[^A-Za-z]+/, '')
  return name.slice(0, 40).toLowerCase() || 'tools'
}
