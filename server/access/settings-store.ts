import { z } from 'zod'
import { countersignTiers } from '@/lib/access/countersigning'
import type { Reader, Tx } from '@/server/db/tx'

/** What administrators may set. Absent members take their default. */
const tier = z.enum(countersignTiers)
const Preferences = z.object({
  session_hours: z.number().int().min(1).max(168).default(12),
  countersigning: z
    .object({ tier, past: z.array(z.object({ tier, until: z.iso.datetime() })).readonly() })
    .default({ tier: 'none', past: [] }),
})
type Preferences = z.output<typeof Preferences>

/** Reads stored settings. */
export function readPreferences(text: string): Preferences {
  return Preferences.parse(JSON.parse(text))
}

/** The organisation with its settings, as people read and change them. */
export interface Settings {
  readonly name: string
  readonly demo: boolean
  readonly settings: Preferences
  readonly version: number
  readonly created_at: Date
}

/** Reads the settings; `lock` keeps them until the end of the transaction. */
export async function readSettings(db: Reader, lock = false): Promise<Settings> {
  const [row] = await db.query<Omit<Settings, 'settings'> & { settings: string }>(
    `select name, demo, settings, version, created_at from organisation where id = 'org'${lock ? ' for update' : ''}`,
    [],
    lock ? 'lock-settings' : 'read-settings',
  )
  if (!row) throw new Error('the organisation is missing')
  return { ...row, settings: readPreferences(row.settings) }
}

/** Saves name and settings over this version. False: someone else was first. */
export async function saveSettings(tx: Tx, was: Settings, next: Pick<Settings, 'name' | 'settings'>): Promise<boolean> {
  const rows = await tx.query(
    `update organisation set name = $1, settings = $2, version = version + 1 where id = 'org' and version = $3 returning 1`,
    [next.name, JSON.stringify(next.settings), was.version],
  )
  return rows.length === 1
}

/**
 * Binds the database to the keys of this home the first time, and reads what it is bound to. An instance with other keys
 * could neither read content nor be read by the others, so it must not start.
 */
export async function claimFingerprint(tx: Tx, fingerprint: string): Promise<string> {
  await tx.query(`update organisation set key_fingerprint = $1 where id = 'org' and key_fingerprint is null`, [
    fingerprint,
  ])
  const [row] = await tx.query<{ key_fingerprint: string }>(`select key_fingerprint from organisation where id = 'org'`)
  return row?.key_fingerprint ?? fingerprint
}
