import type { Reader, Tx } from '@/server/db/tx'

export interface DeviceRow {
  readonly id: string
  readonly person_id: string
  readonly name: string
  readonly wrapped: Buffer
  readonly sealed: Buffer
  readonly added_at: Date
  readonly last_success_at: Date | null
}

/** A person's devices, newest first. */
export function devicesOf(db: Reader, person: string): Promise<DeviceRow[]> {
  return db.query<DeviceRow>(
    `select id, person_id, name, wrapped, sealed, added_at, last_success_at from push_device
     where person_id = $1 and removed_at is null order by id desc limit 20`,
    [person],
    'push-devices',
  )
}

/** The same browser again is the same device, whoever has it now. */
export async function insertDevice(
  tx: Tx,
  row: Omit<DeviceRow, 'last_success_at'> & { readonly mark: Buffer },
): Promise<void> {
  await tx.query(
    'update push_device set removed_at = $2, wrapped = null, sealed = null where mark = $1 and removed_at is null',
    [row.mark, row.added_at],
  )
  await tx.query(
    'insert into push_device (id, person_id, name, mark, wrapped, sealed, added_at) values ($1, $2, $3, $4, $5, $6, $7)',
    [row.id, row.person_id, row.name, row.mark, row.wrapped, row.sealed, row.added_at],
  )
}

/** Forgets one of this person's; false: there is none. */
export async function removeDevice(tx: Tx, person: string, id: string, at: Date): Promise<boolean> {
  const rows = await tx.query(
    `update push_device set removed_at = $3, wrapped = null, sealed = null
     where id = $1 and person_id = $2 and removed_at is null returning 1`,
    [id, person, at],
  )
  return rows.length === 1
}

export async function noteTaken(db: Reader, id: string, at: Date): Promise<void> {
  await db.query('update push_device set last_success_at = $2 where id = $1 and removed_at is null', [id, at])
}
