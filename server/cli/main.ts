import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline/promises'
import { surroundings } from '@/server/config'
import { run } from './run'

const env = surroundings()
const ending = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => ending.abort())

/** Opens a page with BROWSER, else with what the system has; where there is neither, the address was printed. */
function open(url: string): void {
  const given = env.BROWSER
  if (!given && (!process.stdout.isTTY || env.CI)) return
  const [program, ...args] = given
    ? [given, url]
    : process.platform === 'darwin'
      ? ['open', url]
      : process.platform === 'win32'
        ? ['rundll32', 'url.dll,FileProtocolHandler', url]
        : ['xdg-open', url]
  if (!program || !/^https?:\/\//.test(url)) return
  const child = spawn(program, args, { stdio: 'ignore', detached: true })
  child.on('error', () => undefined)
  child.unref()
}

async function ask(question: string): Promise<string> {
  const lines = createInterface({ input: process.stdin, output: process.stderr })
  try {
    return await lines.question(question, { signal: ending.signal })
  } finally {
    lines.close()
  }
}

process.exitCode = await run(process.argv.slice(2), {
  env,
  ask: process.stdin.isTTY ? ask : null,
  open,
  signal: ending.signal,
  stdin: () => readFileSync(0, 'utf8'),
  write: text => process.stdout.write(text),
  warn: text => process.stderr.write(text),
})
