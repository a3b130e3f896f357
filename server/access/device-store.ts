import type { PersonId } from '@/lib/kernel/id'
import type { Reader, Tx } from '@/server/db/tx'

export type DeviceId = `dvc_${string}`

/** What one command line asks; the codes are stored hashed. */
export interface DeviceRequest {
  readonly id: DeviceId
  readonly machine: string
  readonly remote: string | null
  readonly read_only: boolean
  readonly days: number
  readonly created_at: Date
  readonly expires_at: Date
  readonly polled_at: Date | null
  readonly pause_seconds: number
  readonly status: 'asked' | 'allowed' | 'denied' | 'used'
  readonly person_id: PersonId | null
}

const columns =
  'id, machine, remote, read_only, days, created_at, expires_at, polled_at, pause_seconds, status, person_id'

/** Writes a request, and clears away those that ended a day ago. */
export async function insertRequest(
  tx: Tx,
  request: Pick<
    DeviceRequest,
    'id' | 'machine' | 'remote' | 'read_only' | 'days' | 'created_at' | 'expires_at' | 'pause_seconds'
  > & { readonly device_hash: Buffer; readonly user_hash: Buffer },
): Promise<void> {
  await tx.query(`delete from device_request where expires_at < $1::timestamptz - interval '1 day'`, [
    request.created_at,
  ])
  await tx.query(
    `insert into device_request (id, device_hash, user_hash, machine, remote, read_only, days, created_at, expires_at, pause_seconds)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
    [
      request.id,
      request.device_hash,
      request.user_hash,
      request.machine,
      request.remote,
      request.read_only,
      request.days,
      request.created_at,
      request.expires_at,
      request.pause_seconds,
    ],
  )
}

/** By the code that a person reads. */
export async function findByUserCode(db: Reader, hash: Buffer, lock = false): Promise<DeviceRequest | null> {
  const [row] = await db.query<DeviceRequest>(
    `select ${columns} from device_request where user_hash = $1 ${lock ? 'for update' : ''}`,
    [hash],
  )
  return row ?? null
}

/** By the code that the command line kept; locked. */
export async function lockByDeviceCode(tx: Tx, hash: Buffer): Promise<DeviceRequest | null> {
  const [row] = await tx.query<DeviceRequest>(
    `select ${columns} from device_request where device_hash = $1 for update`,
    [hash],
  )
  return row ?? null
}

export async function saveVerdict(
  tx: Tx,
  id: DeviceId,
  status: 'allowed' | 'denied',
  person: PersonId,
  at: Date,
): Promise<void> {
  await tx.query('update device_request set status = $2, person_id = $3, decided_at = $4 where id = $1', [
    id,
    status,
    person,
    at,
  ])
}

export async function savePolled(tx: Tx, id: DeviceId, at: Date, pauseSeconds: number): Promise<void> {
  await tx.query('update device_request set polled_at = $2, pause_seconds = $3 where id = $1', [id, at, pauseSeconds])
}

export async function saveUsed(tx: Tx, id: DeviceId): Promise<void> {
  await tx.query(`update device_request set status = 'used' where id = $1`, [id])
}
