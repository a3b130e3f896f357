import type { Database } from './pool'
import { isOutage, type Reader, type Tx, transact } from './tx'

/** The guard: shared in every transaction that may end in an allow, exclusive in every one that tightens. */
const GUARD = 4_841_771

/** Takes the guard shared. The last lock of a transaction, in a statement of its own; read what counts in the next. */
export async function guardShared(tx: Tx): Promise<void> {
  await tx.query('select pg_advisory_xact_lock_shared($1)', [GUARD], 'guard-shared')
}

/** Takes the guard exclusively: once held, no allow is in flight on any instance, and none begins until the commit. */
export async function guardExclusive(tx: Tx): Promise<void> {
  await tx.query('select pg_advisory_xact_lock($1)', [GUARD])
}

/** Reads the one clock (milliseconds of precision). In a transaction: after the last lock. */
export async function clock(db: Reader): Promise<Date> {
  const [row] = await db.query<{ at: Date }>('select holdpoint.now() as at', [], 'clock')
  if (!row) throw new Error('the clock did not answer')
  return row.at
}

/** Tells every gate that its snapshot of the registry is old. Takes a row lock: before the guard, never after it. */
export async function touchRegistry(tx: Tx): Promise<void> {
  await tx.query('update registry set version = version + 1 where id = 1')
  tx.hint('registry', '*')
}

/**
 * A tightening transaction on the emergency connections. If the guard is not free within a second, the backends that
 * hold it are terminated: what they were allowing is rolled back, and the switch goes first.
 */
export async function transactExclusive<T>(db: Database, work: (tx: Tx) => Promise<T>): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await transact(
        db,
        async tx => {
          await tx.query(`set local lock_timeout = '1s'`)
          return work(tx)
        },
        db.emergency,
      )
    } catch (error) {
      const cause = error instanceof Error ? error.cause : undefined
      const waited = cause instanceof Error && 'code' in cause && cause.code === '55P03'
      if (!waited || attempt >= 3 || !isOutage(error)) throw error
      await db.emergency.query(
        `select pg_terminate_backend(pid) from pg_locks
         where locktype = 'advisory' and granted and classid = 0 and objid = $1 and pid <> pg_backend_pid()
           and database = (select oid from pg_database where datname = current_database())`,
        [GUARD],
      )
    }
  }
}
