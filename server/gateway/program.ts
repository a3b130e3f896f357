import type { Outside } from './command'

/** Runs a command as this process: until it ends, or the process is asked to stop. */
export async function runProgram(
  command: (args: readonly string[], outside: Outside) => Promise<number>,
  env: Outside['env'],
): Promise<void> {
  const stopped = new Promise<void>(done => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => done())
  })
  process.exitCode = await command(process.argv.slice(2), {
    env,
    input: process.stdin,
    output: process.stdout,
    err: text => void process.stderr.write(text),
    stopped,
  })
  // A pipe that is still open would keep the process.
  process.exit()
}
