import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** What stands in HOLDPOINT_HOME/run/<port>.json while an instance runs: whom to signal, where it answers. */
export interface RunFile {
  readonly pid: number
  readonly url: string
  /** Null where the database is not ours. */
  readonly postgres_pid: number | null
}

/** Writes the file in one step, so that nobody reads half of it. */
export function writeRunFile(home: string, port: number, content: RunFile): void {
  const folder = join(home, 'run')
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const half = join(folder, `.${port}.${content.pid}`)
  writeFileSync(half, `${JSON.stringify(content)}\n`, { mode: 0o600 })
  renameSync(half, join(folder, `${port}.json`))
}

export function removeRunFile(home: string, port: number): void {
  rmSync(join(home, 'run', `${port}.json`), { force: true })
}
