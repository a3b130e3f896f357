import type { SignedIn } from '@/lib/access/permission'
import { etagOf, matchesEtag } from '@/lib/kernel/etag'
import type { EventDraft } from '@/lib/kernel/event'
import { isId } from '@/lib/kernel/id'
import { Refused } from '@/lib/kernel/problem'
import type { PolicyCase } from '@/lib/policy/proof-case'
import { clock } from '@/server/db/guard'
import { newId } from '@/server/db/id'
import type { Database } from '@/server/db/pool'
import { record } from '@/server/db/record'
import { type Tx, transact } from '@/server/db/tx'
import { type CaseRow, deleteCase, insertCase, listCases, lockCase, updateCase } from './proof-store'
import { demandMayTry } from './proof-try'

type WithDatabase = { readonly db: Database }

/** There are never more cases than this. */
export const mostCases = 1_000

const saved = (person: SignedIn, id: string, { name, given, want, rules }: PolicyCase): EventDraft => ({
  type: 'policy.case_saved',
  by: { kind: 'person', id: person.id },
  subjects: ['policy', id],
  data: { case: id, name, given: { ...given }, want, rules },
})

async function locked(tx: Tx, id: string, ifMatch: string | null): Promise<CaseRow> {
  const row = isId('cas', id) ? await lockCase(tx, id) : null
  if (!row) throw new Refused('request.not_found')
  if (!matchesEtag(ifMatch, row.version))
    throw new Refused('request.precondition_failed', `It is ${etagOf(row.version)} now: somebody else has changed it.`)
  return row
}

/** Adds a case. @throws Refused policy.case_exists, limit.exceeded */
export async function addCase(app: WithDatabase, person: SignedIn, one: PolicyCase): Promise<string> {
  demandMayTry(person)
  const id = newId('cas')
  await transact(app.db, async tx => {
    if ((await listCases(tx)).length >= mostCases)
      throw new Refused('limit.exceeded', `There are ${mostCases} cases already.`)
    if (!(await insertCase(tx, { ...one, id, by: person.id }))) throw new Refused('policy.case_exists')
    tx.hint('policy', '*')
    await record(tx, await clock(tx), [saved(person, id, one)])
  })
  return id
}

/** Writes a case anew. @throws Refused request.not_found, request.precondition_failed, policy.case_exists */
export async function editCase(
  app: WithDatabase,
  person: SignedIn,
  id: string,
  one: PolicyCase,
  ifMatch: string | null,
): Promise<void> {
  demandMayTry(person)
  await transact(app.db, async tx => {
    await locked(tx, id, ifMatch)
    if (!(await updateCase(tx, { ...one, id, by: person.id }))) throw new Refused('policy.case_exists')
    tx.hint('policy', '*')
    await record(tx, await clock(tx), [saved(person, id, one)])
  })
}

/** Takes a case away; the log keeps it. @throws Refused request.not_found, request.precondition_failed */
export async function removeCase(
  app: WithDatabase,
  person: SignedIn,
  id: string,
  ifMatch: string | null,
): Promise<void> {
  demandMayTry(person)
  await transact(app.db, async tx => {
    const { name } = await locked(tx, id, ifMatch)
    await deleteCase(tx, id)
    tx.hint('policy', '*')
    const removed = { type: 'policy.case_removed', by: { kind: 'person', id: person.id } } as const
    await record(tx, await clock(tx), [{ ...removed, subjects: ['policy', id], data: { case: id, name } }])
  })
}

/** Takes cases in, by name: one that is there is written anew, what is not named stays. @throws Refused limit.exceeded */
export async function importCases(app: WithDatabase, person: SignedIn, cases: readonly PolicyCase[]): Promise<void> {
  demandMayTry(person)
  await transact(app.db, async tx => {
    const known = new Map((await listCases(tx)).map(one => [one.name, one]))
    const named = new Map(cases.map(one => [one.name, one]))
    const events: EventDraft[] = []
    for (const one of named.values()) {
      const before = known.get(one.name)
      const id = before ? before.id : newId('cas')
      if (before && sameCase(before, one)) continue
      const written = { ...one, id, by: person.id }
      if (!(await (before ? updateCase(tx, written) : insertCase(tx, written)))) throw new Refused('policy.case_exists')
      events.push(saved(person, id, one))
    }
    if ((await listCases(tx)).length > mostCases) throw new Refused('limit.exceeded', `At most ${mostCases} cases.`)
    tx.hint('policy', '*')
    await record(tx, await clock(tx), events)
  })
}

const sameCase = (a: PolicyCase, b: PolicyCase) =>
  JSON.stringify([a.given, a.want, a.rules]) === JSON.stringify([b.given, b.want, b.rules])
