import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { constants } from 'node:os'
import { join, resolve } from 'node:path'
import { root } from './root.mjs'
import { Problem } from './say.mjs'

/**
 * Runs a bundle with our input and output, hands signals on once each, and answers its exit code. Files are named
 * relative to where the user stands; HOLDPOINT_HOME is relative to the clone.
 */
export function runEntry(node, built, entry, args) {
  const file = join(root, built.server, `${entry}.mjs`)
  if (!existsSync(file)) throw new Problem('this command is not part of this version')
  const env = {
    ...process.env,
    NODE_ENV: 'production',
    NEXT_TELEMETRY_DISABLED: '1',
    HOLDPOINT_HOME: resolve(root, process.env.HOLDPOINT_HOME || '.holdpoint'),
    ...(built.pages ? { HOLDPOINT_NEXT_DIR: built.pages } : {}),
  }
  const cwd = entry === 'server' ? root : (process.env.INIT_CWD ?? process.cwd())
  const child = spawn(node, ['--enable-source-maps', '--disable-warning=ExperimentalWarning', file, ...args], {
    cwd,
    env,
    stdio: 'inherit',
  })
  const sent = new Set()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      if (sent.has(signal)) return
      sent.add(signal)
      child.kill(signal)
    })
  }
  return new Promise((done, failed) => {
    child.on('error', failed)
    child.on('exit', (code, signal) => done(code ?? 128 + (constants.signals[signal] ?? 0)))
  })
}
