import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { expect } from 'vitest'
import { run } from '@/server/cli/run'
import { emptyFolder } from './folder'

/** One run of the real program. */
export interface Ran {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

/** A run that goes on: what it has said so far. */
export interface Running extends Ran {
  readonly child: ChildProcess
  readonly ended: Promise<Ran>
}

const none = (): number | null => null

/** Python stands in for a terminal, as it does for its own SDK's tests. */
const pseudo = 'import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))'

/** A person's terminal: an empty home, and the program. Call at the top of a test file. */
export function terminal(env: Readonly<Record<string, string>> = {}) {
  const home = emptyFolder('cli')
  const inherited = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(HOLDPOINT_.*|XDG_.*|BROWSER|NODE_ENV|CI)$/.test(name)),
  )
  const begin = (args: readonly string[], more: Readonly<Record<string, string>> = {}, input = ''): Running => {
    const child = spawn(process.execPath, ['bin/holdpoint.mjs', ...args], {
      env: { NODE_ENV: 'production', ...inherited, HOME: home, XDG_CONFIG_HOME: join(home, 'config'), ...env, ...more },
      stdio: 'pipe',
    })
    const said = { child, code: none(), out: '', err: '' }
    child.stdout.setEncoding('utf8').on('data', text => {
      said.out += text
    })
    child.stderr.setEncoding('utf8').on('data', text => {
      said.err += text
    })
    child.stdin.end(input)
    const ended = new Promise<Ran>(resolve => {
      child.once('close', code => {
        said.code = code
        resolve(said)
      })
    })
    return Object.assign(said, { ended })
  }
  return {
    home,
    begin,
    run: (args: readonly string[], more?: Readonly<Record<string, string>>, input?: string) =>
      begin(args, more, input).ended,
    /** Runs it at a pseudo-terminal of its own, and types this once it has asked for it. */
    async atTerminal(
      args: readonly string[],
      more: Readonly<Record<string, string>>,
      asked: RegExp,
      typed: string,
    ): Promise<Ran> {
      const child = spawn('python3', ['-c', pseudo, process.execPath, 'bin/holdpoint.mjs', ...args], {
        env: { NODE_ENV: 'production', ...inherited, HOME: home, ...env, ...more },
        stdio: 'pipe',
      })
      let out = ''
      child.stdout.setEncoding('utf8').on('data', text => {
        out += text
      })
      const code = new Promise<number | null>(resolve => child.once('close', resolve))
      await expect.poll(() => out, { timeout: 30_000, interval: 50 }).toMatch(asked)
      child.stdin.write(typed)
      return { code: await code, out, err: '' }
    },
    /** Waits until it has said this. */
    heard: (running: Running, what: RegExp) =>
      expect.poll(() => what.test(running.out + running.err), { timeout: 30_000, interval: 50 }).toBe(true),
  }
}

/**
 * The same commands in this process, where nobody types but `answer`, which is said to any question.
 * @returns what was written, and what was asked
 */
export async function inProcess(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  answer: string | null = null,
): Promise<{ code: number; out: string; err: string; asked: string }> {
  const said = { out: '', err: '', asked: '' }
  const ask = async (question: string) => {
    said.asked += question
    return answer ?? ''
  }
  const code = await run(args, {
    env,
    ask: answer === null ? null : ask,
    open: () => undefined,
    signal: new AbortController().signal,
    stdin: () => '',
    write: text => {
      said.out += text
    },
    warn: text => {
      said.err += text
    },
  })
  return { code, ...said }
}
