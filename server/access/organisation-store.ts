import type { Reader } from '@/server/db/tx'

export interface Organisation {
  readonly name: string
  readonly demo: boolean
}

/** The one organisation of this deployment. */
export async function readOrganisation(db: Reader): Promise<Organisation> {
  const [row] = await db.query<Organisation>('select name, demo from organisation', [], 'organisation')
  if (!row) throw new Error('the organisation row is missing')
  return row
}
