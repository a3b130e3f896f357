import { writeFileSync } from 'node:fs'
import { surroundings } from '@/server/config'
import { byToken, type Console, ConsoleRefused, signIn } from './console-client'
import { openKeep } from './token-keep'

/** What a program is given from outside. */
export interface Outside {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly out: (text: string) => void
  readonly err: (text: string) => void
  readonly write: (file: string, text: string) => void
}

/** The process that we are. */
export const thisProcess = (): Outside => ({
  env: surroundings(),
  out: text => process.stdout.write(text),
  err: text => process.stderr.write(text),
  write: (file, text) => writeFileSync(file, text),
})

/** Where the console is: HOLDPOINT_URL, else where one signed in last. */
export const consoleUrl = ({ env }: Outside): string =>
  env.HOLDPOINT_URL || (openKeep(env).read().current ?? 'http://localhost:3000')

/**
 * Signs in at HOLDPOINT_URL as HOLDPOINT_EMAIL with HOLDPOINT_PASSWORD; where these are not set, it is whoever signed in
 * there with `holdpoint login`, or HOLDPOINT_TOKEN. @throws ConsoleRefused
 */
export async function enter(outside: Outside): Promise<Console> {
  const { env } = outside
  const url = consoleUrl(outside)
  const token = env.HOLDPOINT_TOKEN || openKeep(env).read().servers[new URL(url).origin]?.token
  if (token && !env.HOLDPOINT_EMAIL) return byToken(url, token)
  return signIn(url, env.HOLDPOINT_EMAIL, env.HOLDPOINT_PASSWORD)
}

/** Runs a command that speaks to the console. Answers its exit code: 1 what the console refuses, 2 what was asked wrongly. */
export async function consoleCommand(name: string, outside: Outside, run: () => Promise<number>): Promise<number> {
  try {
    return await run()
  } catch (error) {
    outside.err(`holdpoint ${name}: ${error instanceof Error ? error.message : String(error)}\n`)
    if (!(error instanceof ConsoleRefused)) return 2
    for (const one of error.errors) outside.err(`  line ${one.line ?? '?'}: ${one.message}\n`)
    return error.signedIn ? 1 : 2
  }
}
