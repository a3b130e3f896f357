import { spawn } from 'node:child_process'
import { root } from './root.mjs'

/** Runs a program and keeps what it says. Answers `{ code, output }`; a program that is not there answers code null. */
export function run(program, args, options = {}) {
  return new Promise(resolve => {
    const child = spawn(program, args, {
      cwd: options.cwd ?? root,
      env: { ...process.env, ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8')
      stream.on('data', text => {
        output += text
      })
    }
    child.on('error', error => resolve({ code: null, output: error.message }))
    child.on('close', code => resolve({ code, output }))
  })
}

/** Runs the npm that started us (or the one on PATH), under the Node that it belongs to. */
export function npm(args, cwd) {
  const own = process.env.npm_execpath
  const quiet = ['--loglevel=error', '--no-audit', '--no-fund', '--no-update-notifier']
  // npm hands its own folder down; it must not be taken for the folder of this install.
  const env = { npm_config_local_prefix: undefined, NODE_ENV: undefined }
  if (own?.endsWith('.js')) return run(process.execPath, [own, ...args, ...quiet], { cwd, env })
  return run(process.platform === 'win32' ? 'npm.cmd' : 'npm', [...args, ...quiet], { cwd, env })
}
