import { existsSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { runAs } from './postgres-binaries'
import { giveTo, type Place } from './postgres-place'
import type { Settings } from './postgres-settings'

const major = '18'

/**
 * Durable (fsync and synchronous_commit stay on), on loopback only. No just-in-time compiler and no parallel plans: our
 * queries are short, and a container's small /dev/shm breaks the latter.
 */
const options = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '200',
  shared_buffers: '256MB',
  fsync: 'on',
  synchronous_commit: 'on',
  max_wal_size: '2GB',
  checkpoint_timeout: '10min',
  jit: 'off',
  max_parallel_workers_per_gather: '0',
  random_page_cost: '1.1',
  password_encryption: 'scram-sha-256',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_min_messages: 'warning',
  log_statement: 'none',
  log_parameter_max_length: '0',
  log_parameter_max_length_on_error: '0',
}

const dataOf = (place: Place) => join(place.folder, 'data')

/** Makes the data folder if there is none: UTF-8, C collation, passwords by SCRAM. */
export async function initialise(place: Place, settings: Settings): Promise<void> {
  const data = dataOf(place)
  if (existsSync(data)) {
    const found = readFileSync(join(data, 'PG_VERSION'), 'utf8').trim()
    if (found !== major)
      throw new Error(
        `${data} belongs to PostgreSQL ${found}; this Holdpoint embeds ${major}. Restore a backup into a new home.`,
      )
    if (place.user && statSync(data).uid !== place.user.uid) await giveTo(place.user, place.folder)
    return
  }
  const half = join(place.folder, 'data.new')
  const passwords = join(place.folder, 'password')
  rmSync(half, { recursive: true, force: true })
  writeFileSync(passwords, settings.password, { mode: 0o600 })
  await giveTo(place.user, place.folder)
  const made = await runAs(
    place.user,
    join(place.bin, 'initdb'),
    [
      '-D',
      half,
      '-U',
      'holdpoint',
      '-E',
      'UTF8',
      '--locale=C',
      '-A',
      'scram-sha-256',
      `--pwfile=${passwords}`,
      '--no-instructions',
    ],
    place.folder,
  )
  rmSync(passwords, { force: true })
  if (made.code !== 0) throw new Error(`PostgreSQL could not be initialised in ${place.folder}: ${made.output}`)
  renameSync(half, data)
}

/** The pid of the server that runs on this data, or null. A postmaster.pid that a crash or a reboot left is not believed. */
export function serverPid(place: Place): number | null {
  try {
    const pid = Number.parseInt(readFileSync(join(dataOf(place), 'postmaster.pid'), 'utf8'), 10)
    process.kill(pid, 0)
    if (process.platform !== 'linux') return pid
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(dataOf(place)) ? pid : null
  } catch {
    return null
  }
}

/** Starts the server and waits until it takes connections. After a crash its last backends may need a moment to go. */
export async function launch(place: Place, settings: Settings): Promise<number> {
  const log = join(place.folder, 'server.log')
  if (existsSync(log) && statSync(log).size > 10_000_000) renameSync(log, `${log}.old`)
  const flags = Object.entries({ ...options, port: String(settings.port) }).map(
    ([name, value]) => `-c ${name}='${value}'`,
  )
  let output = ''
  for (let attempt = 0; attempt < 40; attempt++) {
    if (serverPid(place) === null) rmSync(join(dataOf(place), 'postmaster.pid'), { force: true })
    const started = await runAs(
      place.user,
      join(place.bin, 'pg_ctl'),
      ['start', '-w', '-t', '120', '-D', dataOf(place), '-l', log, '-o', flags.join(' ')],
      place.folder,
    )
    const pid = serverPid(place)
    if (started.code === 0 && pid !== null) return pid
    output = started.output
    await pause(250)
  }
  throw new Error(`PostgreSQL did not start: ${output}\n${tail(log)}`)
}

/** Stops the server: clients are cut, what was committed is on disk. */
export async function halt(place: Place): Promise<void> {
  if (serverPid(place) === null) return
  const stopped = await runAs(
    place.user,
    join(place.bin, 'pg_ctl'),
    ['stop', '-m', 'fast', '-w', '-t', '60', '-D', dataOf(place)],
    place.folder,
  )
  if (stopped.code !== 0) throw new Error(`PostgreSQL did not stop: ${stopped.output}`)
}

function tail(log: string): string {
  return existsSync(log) ? readFileSync(log, 'utf8').split('\n').slice(-12).join('\n') : ''
}
