import type { Reader, Tx } from '@/server/db/tx'

export interface Organisation {
  readonly name: string
  readonly demo: boolean
  /** Raised by every restore, and whenever the log had gone back. */
  readonly instance_epoch: number
}

/** The one organisation of this deployment. */
export async function readOrganisation(db: Reader): Promise<Organisation> {
  const [row] = await db.query<Organisation>('select name, demo, instance_epoch from organisation', [], 'organisation')
  if (!row) throw new Error('the organisation row is missing')
  return row
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
