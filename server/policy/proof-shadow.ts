import { createHash } from 'node:crypto'
import type { SignedIn } from '@/lib/access/permission'
import { formatId } from '@/lib/kernel/id'
import { Refused } from '@/lib/kernel/problem'
import type { PolicySet } from '@/lib/policy/judge'
import type { AsksOf } from '@/lib/policy/proof-effect'
import { emptyTally } from '@/lib/policy/proof-tally'
import { readActions } from '@/server/action/store'
import { clock } from '@/server/db/guard'
import { newId } from '@/server/db/id'
import type { Database } from '@/server/db/pool'
import { record } from '@/server/db/record'
import { transact } from '@/server/db/tx'
import { readPoliciesAside } from './aside'
import { inSlices, weigh } from './proof-rows'
import { actionsAfter, insertShadow, saveShadow, stopShadow, takeShadow } from './proof-store'
import { candidateOf, demandMayTry } from './proof-try'
import { currentPolicy } from './store'

type WithDatabase = { readonly db: Database }

const longest = 14
const page = 200
// A decision commits within a second of its time, or not at all (the guard's timeouts); ids of one millisecond are in no order.
const settledAfter = 5_000

/** Lets a candidate run beside live traffic: asked after the fact, deciding nothing. What ran before ends. @throws Refused policy.invalid */
export async function startShadow(
  app: WithDatabase,
  person: SignedIn,
  asked: { readonly source: string; readonly days: number },
): Promise<void> {
  demandMayTry(person)
  await readPoliciesAside(asked.source)
  await transact(app.db, async tx => {
    const at = await clock(tx)
    await stopShadow(tx, at)
    const id = newId('shd')
    const digest = `sha256:${createHash('sha256').update(asked.source).digest('hex')}`
    const ends_at = new Date(at.getTime() + Math.min(asked.days, longest) * 86_400_000)
    // The first id that could be given now.
    const mark = formatId('act', at.getTime(), new Uint8Array(10))
    const started_by = person.id
    await insertShadow(tx, {
      id,
      source: asked.source,
      digest,
      started_by,
      started_at: at,
      ends_at,
      mark,
      tally: emptyTally(),
    })
    tx.hint('policy', '*')
    await record(tx, at, [
      {
        type: 'policy.shadow_started',
        by: { kind: 'person', id: person.id },
        subjects: ['policy', id],
        data: { shadow: id, digest, ends_at: ends_at.toISOString() },
      },
    ])
  })
}

/** Ends the shadow; its report stays. @throws Refused request.not_found where none runs */
export async function endShadow(app: WithDatabase, person: SignedIn): Promise<void> {
  demandMayTry(person)
  await transact(app.db, async tx => {
    const at = await clock(tx)
    const id = await stopShadow(tx, at)
    if (id === null) throw new Refused('request.not_found')
    tx.hint('policy', '*')
    await record(tx, at, [
      {
        type: 'policy.shadow_stopped',
        by: { kind: 'person', id: person.id },
        subjects: ['policy', id],
        data: { shadow: id },
      },
    ])
  })
}

interface Pair {
  readonly of: string
  readonly candidate: PolicySet
  readonly inForce: PolicySet
}

/**
 * One engine's memory: the two sets are loaded once a shadow and version in force. Whom approval policies ask is told by
 * `asked`, as it stands at each look.
 */
export function openShadowing<A extends WithDatabase>(asked: (app: A) => Promise<AsksOf>): (app: A) => Promise<number> {
  let pair: Pair | null = null
  return async app => {
    const asks = await asked(app)
    return transact(app.db, async tx => {
      const shadow = await takeShadow(tx)
      if (!shadow) {
        pair = null
        return 0
      }
      const at = await clock(tx)
      const until = new Date(Math.min(at.getTime() - settledAfter, shadow.ends_at.getTime()))
      const ids = await actionsAfter(tx, shadow.mark, until, page)
      const last = ids.at(-1)
      if (last === undefined) {
        if (at.getTime() - settledAfter >= shadow.ends_at.getTime()) await stopShadow(tx, at)
        return 0
      }
      const current = await currentPolicy(tx)
      if (!current) return 0
      const of = `${shadow.id} ${current.version}`
      if (pair?.of !== of) {
        const [candidate, inForce] = [await candidateOf(shadow.source), await candidateOf(current.source)]
        pair = { of, candidate, inForce }
      }
      const { candidate, inForce } = pair
      const rows = (await readActions(tx, ids)).sort((a, b) => (a.id < b.id ? -1 : 1))
      await inSlices(rows, row => weigh(shadow.tally, row, { inForce, candidate, asks }))
      await saveShadow(tx, shadow.id, last, shadow.tally)
      return ids.length === page ? 1 : 0
    })
  }
}
