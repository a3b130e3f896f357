import type { Instance } from '@/server/instance'

const newest = new WeakMap<object, string>()

/** The newest signed head of the log that this instance has seen: it rides along on every gate answer. */
export function latestCheckpoint(app: Pick<Instance, 'db'>): string | null {
  return newest.get(app.db) ?? null
}

/** The sequencer, or the hint of another instance's, has published a newer head. */
export function noteCheckpoint(app: Pick<Instance, 'db'>, note: string): void {
  newest.set(app.db, note)
}

const regressed = new WeakMap<object, string>()

/**
 * Why the database is older than, or another than, the log that was sealed (a restored backup, a rewritten log); null when
 * all is well. While it is not, nothing may be allowed (K14).
 */
export function regressionOf(app: Pick<Instance, 'db'>): string | null {
  return regressed.get(app.db) ?? null
}

/** Database and the head kept outside it have been compared (server/audit/regression). */
export function noteRegression(app: Pick<Instance, 'db'>, reason: string | null): void {
  if (reason === null) regressed.delete(app.db)
  else regressed.set(app.db, reason)
}
