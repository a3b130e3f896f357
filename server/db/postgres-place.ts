import { randomBytes } from 'node:crypto'
import { chmodSync, chownSync, cpSync, existsSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { postgresPackage, runAs, type ServerUser, serverUser } from './postgres-binaries'

/** Where one home's server lives: programs, data and log, all within reach of the user it runs as. */
export interface Place {
  readonly user: ServerUser | null
  /** Folder with initdb, pg_ctl and postgres. */
  readonly bin: string
  /** Folder of the data and the log, owned by `user`. */
  readonly folder: string
}

/**
 * Finds a place that the server's user can really reach. As root the clone or the home may lie under /root, which nobody
 * else may enter: then data and programs go to /var/lib/holdpoint, and `known` (from the home's settings) finds them again.
 */
export async function findPlace(home: string, known: string | null): Promise<Place> {
  const user = serverUser()
  // Others may pass through the home to the data, but neither list nor read it.
  if (user) chmodSync(home, statSync(home).mode | 0o011)
  const shipped = await postgresPackage()
  const programs = join(shipped.folder, 'native')
  const bin = (await canRun(user, programs))
    ? programs
    : copyPrograms(programs, join(elsewhere(), `postgresql-${shipped.version}`))
  const inside = join(home, 'postgres')
  if (known && existsSync(known)) return { user, bin: join(bin, 'bin'), folder: known }
  const folder = (await canHold(user, inside))
    ? inside
    : moveAway(inside, join(elsewhere(), `data-${randomBytes(6).toString('hex')}`))
  chmodSync(folder, 0o700)
  if (user) chownSync(folder, user.uid, user.gid)
  return { user, bin: join(bin, 'bin'), folder }
}

async function canRun(user: ServerUser | null, programs: string): Promise<boolean> {
  return !user || (await runAs(user, join(programs, 'bin', 'postgres'), ['--version'], '/')).code === 0
}

async function canHold(user: ServerUser | null, folder: string): Promise<boolean> {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  if (!user) return true
  chownSync(folder, user.uid, user.gid)
  return (await runAs(user, '/bin/sh', ['-c', 'cd "$1" && test -w .', 'sh', folder], '/')).code === 0
}

function elsewhere(): string {
  const folder = existsSync('/var/lib') ? '/var/lib/holdpoint' : join(tmpdir(), 'holdpoint')
  mkdirSync(folder, { recursive: true, mode: 0o755 })
  return folder
}

function copyPrograms(from: string, to: string): string {
  if (existsSync(to)) return to
  const half = `${to}.${process.pid}`
  cpSync(from, half, { recursive: true, verbatimSymlinks: true })
  try {
    renameSync(half, to)
  } catch (error) {
    rmSync(half, { recursive: true, force: true })
    if (!existsSync(to)) throw error
  }
  return to
}

/** A restored or moved home may already have data inside, where the server cannot reach it. */
function moveAway(inside: string, to: string): string {
  cpSync(inside, to, { recursive: true, preserveTimestamps: true })
  rmSync(inside, { recursive: true })
  return to
}

/** Gives everything in a folder to the server's user; needed after a restore or a move as root. */
export async function giveTo(user: ServerUser | null, folder: string): Promise<void> {
  if (!user) return
  const done = await runAs(null, 'chown', ['-R', `${user.uid}:${user.gid}`, folder], '/')
  if (done.code !== 0) throw new Error(`${folder} could not be given to ${user.name}: ${done.output}`)
}
