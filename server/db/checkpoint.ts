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
