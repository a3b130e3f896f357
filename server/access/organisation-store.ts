import type { Countersigning } from '@/lib/access/countersigning'
import type { Reader, Tx } from '@/server/db/tx'
import { readPreferences } from './settings-store'

export interface Organisation {
  readonly name: string
  readonly demo: boolean
  /** Raised by every restore, and whenever the log had gone back. */
  readonly instance_epoch: number
  readonly countersigning: Countersigning
  /** Roles given until then are those it began with: they count at once for everything (A27). */
  readonly founding_until: Date | null
}

/** The one organisation of this deployment. */
export async function readOrganisation(db: Reader): Promise<Organisation> {
  const [row] = await db.query<Omit<Organisation, 'countersigning'> & { settings: string }>(
    'select name, demo, instance_epoch, founding_until, settings from organisation',
    [],
    'organisation',
  )
  if (!row) throw new Error('the organisation row is missing')
  const { settings, ...organisation } = row
  return { ...organisation, countersigning: readPreferences(settings).countersigning }
}

/** Names of teams by id. */
export async function loadTeams(db: Reader): Promise<Map<string, string>> {
  const rows = await db.query<{ id: string; name: string }>('select id, name from team', [], 'load-teams')
  return new Map(rows.map(row => [row.id, row.name]))
}

/** Raises the instance epoch, which never goes down, and returns it. */
export async function raiseInstanceEpoch(tx: Tx): Promise<number> {
  const [row] = await tx.query<{ instance_epoch: number }>(
    'update organisation set instance_epoch = instance_epoch + 1 returning instance_epoch',
  )
  return row?.instance_epoch ?? 1
}

/** The organisation is founded until then: whoever gets a role by that time counts at once for everything. */
export async function saveFounding(tx: Tx, until: Date): Promise<void> {
  await tx.query('update organisation set founding_until = $1', [until])
}
