import type { Tx } from '@/server/db/tx'
import { hurryLevel } from './store'

/**
 * The next level of this hold is due now: somebody who was asked cannot judge it. Several who say so before anybody has
 * looked make one level due, not several. Call it with the hold locked, in the transaction that records why.
 */
export async function hurry(tx: Tx, hold: string, at: Date): Promise<void> {
  await hurryLevel(tx, hold, at)
  tx.hint('escalation', [hold])
}
