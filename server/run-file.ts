import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { isAlive, processIdentity } from '@/server/db/lock-file'

const RunFile = z.object({
  pid: z.int(),
  url: z.string(),
  /** Null where the database is not ours. */
  postgres_pid: z.int().nullable(),
})
/** What stands in HOLDPOINT_HOME/run/<port>.json while an instance runs: whom to signal, where it answers. */
export type RunFile = z.infer<typeof RunFile>

/** In the file also which run of that pid it was: a file that a kill -9 left behind does not count. */
const Kept = RunFile.extend({ process: z.string() })

/** Writes the file in one step, so that nobody reads half of it. */
export function writeRunFile(home: string, port: number, content: RunFile): void {
  const folder = join(home, 'run')
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const half = join(folder, `.${port}.${content.pid}`)
  const kept = { ...content, process: processIdentity(content.pid) ?? '' }
  writeFileSync(half, `${JSON.stringify(kept)}\n`, { mode: 0o600 })
  renameSync(half, join(folder, `${port}.json`))
}

/** Removes the file of an instance; the last thing that a clean end does. */
export function removeRunFile(home: string, port: number): void {
  rmSync(join(home, 'run', `${port}.json`), { force: true })
}

/** The instances of this home that really run. */
export function runningInstances(home: string): RunFile[] {
  let names: string[]
  try {
    names = readdirSync(join(home, 'run')).filter(name => /^\d+\.json$/.test(name))
  } catch {
    return []
  }
  return names.flatMap(name => {
    const kept = Kept.parse(JSON.parse(readFileSync(join(home, 'run', name), 'utf8')))
    return isAlive(kept.process) ? [kept] : []
  })
}
