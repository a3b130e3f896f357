import { parseArgs } from 'node:util'
import { ZodError } from 'zod'
import { openKeep } from '@/server/access/token-keep'
import type { Asking } from './asking'
import { RefusedByServer, readServer } from './client'
import { type Command, commands, common, helpOf } from './commands'
import { Ended, exit } from './exit'
import { guarded, inertJson, inertLine } from './inert'

/** The terminal that we were started from. */
export interface Terminal extends Pick<Asking, 'env' | 'ask' | 'open' | 'signal' | 'stdin'> {
  readonly write: (text: string) => void
  readonly warn: (text: string) => void
}

/** Runs one command. Answers its exit code. */
export async function run([name = '', ...args]: readonly string[], terminal: Terminal): Promise<number> {
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined
  const complain = (text: string) => terminal.warn(`holdpoint ${guarded(`${name}: ${inertLine(text)}`)}\n`)
  if (!command) {
    complain('there is no such command (see: holdpoint help)')
    return exit.misused
  }
  try {
    return await asked(command, args, terminal)
  } catch (error) {
    if (error instanceof RefusedByServer) {
      complain(error.message)
      for (const one of error.problem.errors) complain(`${one.pointer ?? ''} ${one.message}`.trim())
      return error.status === 401 ? exit.signedOut : error.status >= 500 ? exit.away : exit.no
    }
    if (error instanceof ZodError) {
      const [issue] = error.issues
      complain(`this version does not understand the server's answer: /${issue?.path.join('/')} ${issue?.message}`)
      return exit.away
    }
    complain(error instanceof Error ? error.message : String(error))
    return error instanceof Ended ? error.code : exit.misused
  }
}

async function asked(command: Command, args: readonly string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: Object.fromEntries(
      Object.entries({ ...command.options, ...common }).map(([name, { text, short }]) => [
        name,
        { type: text ? 'string' : 'boolean', ...(short ? { short } : {}) },
      ]),
    ),
  })
  if (values.help) {
    terminal.write(`${helpOf(command)}\n`)
    return exit.done
  }
  if (positionals.length > command.most)
    throw new Ended(exit.misused, `too much: ${positionals.slice(command.most).join(' ')}`)
  const { env, ask, open, signal, stdin } = terminal
  const keep = openKeep(env)
  const server = readServer(
    String(values.server ?? (env.HOLDPOINT_URL || (keep.read().current ?? 'http://localhost:3000'))),
  )
  const json = values.json === true
  const options = Object.fromEntries(
    Object.entries(values).flatMap(([key, value]) => (Array.isArray(value) ? [] : [[key, value] as const])),
  )
  return command.run({
    env,
    keep,
    server,
    json,
    options,
    args: positionals,
    ask,
    open,
    signal,
    stdin,
    out: text => terminal.write(`${guarded(text)}\n`),
    tell: (value, line) => terminal.write(`${line ? inertJson(value).replace(/\n */g, '') : inertJson(value)}\n`),
    note: text => terminal.warn(`${guarded(text)}\n`),
  })
}
