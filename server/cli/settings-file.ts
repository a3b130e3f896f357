import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { z } from 'zod'

const Kept = z.record(
  z.string(),
  z.object({
    /** As it was before we came; null: it was not there. */
    before: z.string().nullable(),
    /** As we left it. */
    after: z.string(),
    /** The folder was not there either. */
    made: z.boolean(),
  }),
)
type Kept = z.infer<typeof Kept>

const bytesOf = (text: string) => Buffer.from(text, 'base64')

/** One file of somebody else's, of which we can give back exactly what we found. */
export interface SettingsFile {
  readonly path: string
  /** Null: not there. */
  read(): Buffer | null
  /** Puts other bytes there at once, keeping what was there before our first change and who may read it. */
  change(bytes: Buffer): void
  /** Gives back what was there, byte for byte; false where it is not as we left it. */
  restore(): boolean
  /** Puts bytes there that we do not have to give back. */
  leave(bytes: Buffer): void
}

/** @param kept the file in which we keep what we found, beside the credentials, for nobody else to read */
export function openSettings(named: string, kept: string): SettingsFile {
  // A link is left to be one.
  const path = existsSync(named) ? realpathSync(named) : named
  const known = (): Kept => (existsSync(kept) ? Kept.parse(JSON.parse(readFileSync(kept, 'utf8'))) : {})
  const remember = (all: Kept) => put(kept, Buffer.from(`${JSON.stringify(all, null, 2)}\n`), 0o600)
  const forget = () => {
    const { [path]: _, ...rest } = known()
    if (existsSync(kept)) remember(rest)
  }
  const read = () => (existsSync(path) ? readFileSync(path) : null)
  const write = (bytes: Buffer) => put(path, bytes, existsSync(path) ? statSync(path).mode & 0o777 : 0o600)
  return {
    path,
    read,
    change(bytes) {
      const found = read()
      const entry = known()[path]
      const ours = entry && found?.equals(bytesOf(entry.after)) ? entry : null
      const before = ours ? ours.before : (found?.toString('base64') ?? null)
      const made = ours ? ours.made : !existsSync(dirname(path))
      remember({ ...known(), [path]: { before, after: bytes.toString('base64'), made } })
      write(bytes)
    },
    restore() {
      const entry = known()[path]
      if (!entry || !read()?.equals(bytesOf(entry.after))) return false
      if (entry.before !== null) write(bytesOf(entry.before))
      else {
        rmSync(path)
        if (entry.made) removeEmpty(dirname(path))
      }
      forget()
      return true
    },
    leave(bytes) {
      write(bytes)
      forget()
    },
  }
}

function removeEmpty(folder: string): void {
  try {
    rmdirSync(folder)
  } catch {
    // Somebody else has put something there meanwhile.
  }
}

function put(file: string, bytes: Buffer, mode: number): void {
  mkdirSync(dirname(file), { recursive: true })
  const half = join(dirname(file), `.${process.pid}.holdpoint`)
  writeFileSync(half, bytes, { mode })
  chmodSync(half, mode)
  renameSync(half, file)
}
