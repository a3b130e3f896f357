import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { isAlive, processIdentity } from '@/server/db/lock-file'

const RunFile = z.object({
  pid: z.int(),
  url: z.string(),
  postgres_pid: z.int().nullable(),
  /** Pid, boot and start of the process: tells a file that a kill -9 left behind from one that counts. */
  process: z.string(),
})
/** `HOLDPOINT_HOME/run/<port>.json`: what a script needs to reach, or to stop, one instance. */
export type RunFile = z.infer<typeof RunFile>

/** Writes the file of this instance; `postgresPid` is null when PostgreSQL is not embedded. Write it again when that changes. */
export function writeRunFile(home: string, port: number, url: string, postgresPid: number | null): void {
  const folder = join(home, 'run')
  mkdirSync(folder, { recursive: true })
  const file = join(folder, `${port}.json`)
  const content: RunFile = {
    pid: process.pid,
    url,
    postgres_pid: postgresPid,
    process: processIdentity(process.pid) ?? '',
  }
  writeFileSync(`${file}.new`, `${JSON.stringify(content)}\n`)
  renameSync(`${file}.new`, file)
}

/** Removes the file of this instance; the last thing a clean end does. */
export function removeRunFile(home: string, port: number): void {
  rmSync(join(home, 'run', `${port}.json`), { force: true })
}

/** The instances of this home that really run. */
export function runningInstances(home: string): RunFile[] {
  let names: string[]
  try {
    names = readdirSync(join(home, 'run')).filter(name => name.endsWith('.json'))
  } catch {
    return []
  }
  return names
    .map(name => RunFile.safeParse(JSON.parse(readFileSync(join(home, 'run', name), 'utf8'))))
    .flatMap(read => (read.success && isAlive(read.data.process) ? [read.data] : []))
}
