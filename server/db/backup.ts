import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { runAs } from './postgres-binaries'
import { findPlace } from './postgres-place'
import { halt } from './postgres-server'
import { keepSettings, readSettings } from './postgres-settings'

/** The backup or the restore cannot be done; nothing was changed. */
export class BackupRefused extends Error {}

/** Names in a home that describe a running instance, not what it knows. */
const passing = ['run', 'postgres.lock', 'database.url', 'restored']

/**
 * Writes one gzipped tar archive (mode 0600) of an embedded home: data, keys and settings. The server must be stopped;
 * a PostgreSQL that a crash left running is stopped first. Whoever has the archive has everything in it.
 */
export async function backUp(home: string, file: string): Promise<void> {
  if (!existsSync(join(home, 'postgres.json'))) {
    throw new BackupRefused(
      `${home} has no embedded database. Back up your own PostgreSQL with pg_dump, and ${home}/keys with it.`,
    )
  }
  if (existsSync(file)) throw new BackupRefused(`${file} exists already`)
  const settings = await readSettings(home)
  const place = await findPlace(home, settings.outside)
  await halt(place)
  writeFileSync(`${file}.part`, '', { mode: 0o600 })
  const own = readdirSync(home).filter(name => !passing.includes(name) && name !== 'postgres')
  const packed = await runAs(
    null,
    'tar',
    ['-czf', `${file}.part`, '-C', home, ...own, '-C', place.folder, '--transform', 's,^data,postgres/data,', 'data'],
    home,
  )
  if (packed.code !== 0) {
    rmSync(`${file}.part`, { force: true })
    throw new Error(`the archive could not be written: ${packed.output}`)
  }
  renameSync(`${file}.part`, file)
}

/**
 * Unpacks an archive into a home that does not exist or is empty, and leaves `restored` there: at its next start the
 * server raises the instance epoch, so that nothing handed out since the backup counts.
 */
export async function restore(home: string, file: string): Promise<void> {
  if (!existsSync(file)) throw new BackupRefused(`${file} is not there`)
  if (existsSync(home) && readdirSync(home).length > 0) {
    throw new BackupRefused(`${home} is not empty. Restore into a new one: HOLDPOINT_HOME=… holdpoint restore FILE`)
  }
  mkdirSync(home, { recursive: true, mode: 0o700 })
  const half = mkdtempSync(join(home, '.restore-'))
  const unpacked = await runAs(null, 'tar', ['-xzpf', resolve(file), '-C', half], home)
  if (unpacked.code !== 0 || !existsSync(join(half, 'postgres', 'data', 'PG_VERSION'))) {
    rmSync(half, { recursive: true, force: true })
    throw new BackupRefused(`${file} is not a backup of Holdpoint. ${unpacked.output}`)
  }
  for (const name of readdirSync(half)) renameSync(join(half, name), join(home, name))
  rmSync(half, { recursive: true })
  // The old place, if it was outside, may still belong to the home that was backed up.
  keepSettings(home, { ...(await readSettings(home)), outside: null })
  writeFileSync(join(home, 'restored'), '', { mode: 0o600 })
}
