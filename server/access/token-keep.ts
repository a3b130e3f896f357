import { chmodSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { z } from 'zod'

const Kept = z.object({
  /** The server that is meant where none is named. */
  current: z.string().nullable(),
  servers: z.record(z.string(), z.object({ token: z.string(), person: z.string(), expires_at: z.string() })),
})
type Kept = z.output<typeof Kept>

/** What this person's command line keeps: a token a server, in a file that nobody else can read. */
export interface Keep {
  readonly file: string
  read(): Kept
  save(server: string, entry: Kept['servers'][string]): void
  forget(server: string): void
}

/** Opens the file under XDG_CONFIG_HOME (default `~/.config`). A file that cannot be read counts as empty. */
export function openKeep(env: Readonly<Record<string, string | undefined>>): Keep {
  const file = join(env.XDG_CONFIG_HOME || join(env.HOME || homedir(), '.config'), 'holdpoint', 'credentials.json')
  const read = (): Kept => {
    try {
      return Kept.parse(JSON.parse(readFileSync(file, 'utf8')))
    } catch {
      return { current: null, servers: {} }
    }
  }
  const write = (kept: Kept) => {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
    const half = `${file}.${process.pid}`
    writeFileSync(half, `${JSON.stringify(kept, null, 2)}\n`, { mode: 0o600 })
    chmodSync(half, 0o600)
    renameSync(half, file)
  }
  return {
    file,
    read,
    save(server, entry) {
      write({ current: server, servers: { ...read().servers, [server]: entry } })
    },
    forget(server) {
      const { current, servers } = read()
      const { [server]: _, ...rest } = servers
      write({ current: current === server ? (Object.keys(rest)[0] ?? null) : current, servers: rest })
    },
  }
}
