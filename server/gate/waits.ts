import type { ActionStatus, Submission } from '@/lib/action/contract'
import { type Dependencies, type Dependency, dependenciesOf } from '@/lib/action/defer'
import type { Reader } from '@/server/db/tx'
import { storedFacts } from './facts-store'

/** What this submission waits for; the door has refused what cannot be read. */
export function waitsOf(submission: Submission): Dependencies | null {
  const waits = dependenciesOf(submission.context)
  return typeof waits === 'string' ? null : waits
}

/** The actions that these wait for, as they stand now. Mostly none, and then nothing is read. */
export async function readDependencies(
  db: Reader,
  waits: readonly (Dependencies | null)[],
): Promise<ReadonlyMap<string, Dependency>> {
  const ids = [...new Set(waits.flatMap(one => (one ? [...one.after, ...(one.parent ? [one.parent] : [])] : [])))]
  if (ids.length === 0) return new Map()
  const rows = await db.query<{
    id: string
    agent_id: string
    status: ActionStatus
    outcome: string | null
    facts: string
  }>(
    'select id, agent_id, status, coalesce(reconciled_as, outcome) as outcome, facts from action where id = any($1)',
    [ids],
    'dependencies',
  )
  return new Map(
    rows.map(({ facts, ...row }) => {
      const { deferred, given } = storedFacts({ facts })
      const depth = row.status === 'deferred' ? (deferred?.depth ?? 0) : 0
      return [row.id, { ...row, depth, delegated_by: given?.delegated_by ?? [] }]
    }),
  )
}
