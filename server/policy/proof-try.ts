import type { SignedIn } from '@/lib/access/permission'
import { mayEverywhere } from '@/lib/access/permission'
import { formatId } from '@/lib/kernel/id'
import { Refused } from '@/lib/kernel/problem'
import type { Facts } from '@/lib/policy/facts'
import { judge, type PolicySet } from '@/lib/policy/judge'
import { type CaseResult, ordinaryFacts, type PolicyCase, runCase } from '@/lib/policy/proof-case'
import { type AsksOf, prove } from '@/lib/policy/proof-effect'
import { emptyTally, type Tally } from '@/lib/policy/proof-tally'
import { listActions } from '@/server/action/store'
import type { Database } from '@/server/db/pool'
import { type Reader, reader } from '@/server/db/tx'
import { readPoliciesAside } from './aside'
import { loadPolicySet } from './cedar'
import { inSlices, rememberAction, unkept, weigh } from './proof-rows'
import { countActions, listCases } from './proof-store'
import { onTrial } from './slots'
import { approvalPoliciesAt, currentPolicy } from './store'

type WithDatabase = { readonly db: Database }

/** Trying policy shows what agents of every team did: it takes what proposing it takes. @throws Refused request.forbidden */
export function demandMayTry(person: SignedIn): void {
  if (!mayEverywhere(person, 'policy.propose')) throw new Refused('request.forbidden')
}

/**
 * Loads a source to be tried: checked aside, so that the gate goes on, and in names of its own, so that what is in force
 * stays parsed. @throws Refused policy.invalid
 */
export const candidateOf = async (source: string): Promise<PolicySet> =>
  loadPolicySet(0, source, onTrial, await readPoliciesAside(source))

/** What is in force, loaded a second time: what is tried never fills the memory that the gate's own set uses. */
export async function inForceOnTrial({ db }: WithDatabase): Promise<PolicySet> {
  const current = await currentPolicy(reader(db.pool))
  if (!current) throw new Refused('request.not_found')
  return loadPolicySet(current.version, current.source, onTrial, await readPoliciesAside(current.source))
}

/** Runs the stored cases, or those given, against a source. @throws Refused policy.invalid */
export async function runCases(
  app: WithDatabase,
  source: string,
  cases?: readonly PolicyCase[],
): Promise<{ total: number; passed: number; results: CaseResult[] }> {
  const db = reader(app.db.pool)
  return passing(await candidateOf(source), await asksByName(db), cases ?? (await listCases(db)))
}

const nothing: ReadonlyMap<string, number> = new Map()

/**
 * What is known of approval policies where it does not count who there is: that there is one of this name, now or at some
 * time. A case passes whoever joins or leaves.
 */
export async function asksByName(db: Reader, at: Date | null = null): Promise<AsksOf> {
  const names = new Set(await approvalPoliciesAt(db, at))
  return name =>
    names.has(name) ? nothing : `This needs approval by “${name}”, and there is no approval policy of that name.`
}

async function passing(set: PolicySet, asks: AsksOf, cases: readonly PolicyCase[]) {
  const results: CaseResult[] = []
  await inSlices(cases, one => results.push(runCase(one, facts => prove(set, facts, asks))))
  return { total: results.length, passed: results.filter(one => one.pass).length, results }
}

const timed = 200

/** Every one of these cases must pass. @throws Refused policy.invalid; policy.cases_failed, which names them */
export async function demandCases(candidate: PolicySet, asks: AsksOf, cases: readonly PolicyCase[]): Promise<void> {
  const { results } = await passing(candidate, asks, cases)
  const failed = results.filter(one => !one.pass)
  if (failed.length === 0) return
  const named = failed.slice(0, 5).map(one => `“${one.name}” wants ${one.want} and gets ${one.got}`)
  throw new Refused('policy.cases_failed', `${failed.length} of ${results.length} cases fail: ${named.join('; ')}.`, {
    carries: { failed: failed.slice(0, 50) },
  })
}

/**
 * What a policy must stand before it is proposed: every case passes, and none of the newest recorded actions takes longer
 * than `slowest` milliseconds to judge, the best of three.
 * @throws Refused policy.cases_failed, policy.slow
 */
export async function proveCandidate(app: WithDatabase, source: string, slowest = 20): Promise<void> {
  const read = await readPoliciesAside(source)
  const anew = () => loadPolicySet(0, source, onTrial, read)
  const candidate = anew()
  const db = reader(app.db.pool)
  await demandCases(candidate, await asksByName(db), await listCases(db))
  const rows = await listActions(db, { limit: timed })
  await inSlices(rows.map(rememberAction), remembered => {
    if (unkept(remembered, candidate).length > 0) return
    const { facts } = remembered
    if (timeOf(candidate, facts) <= slowest) return
    // Once may be the machine; what was judged is remembered, so it is asked of the same text loaded anew.
    const again = Math.min(timeOf(anew(), facts), timeOf(anew(), facts))
    if (again > slowest)
      throw new Refused(
        'policy.slow',
        `Judging a recorded call of ${facts.tool} takes ${Math.round(again)} ms; at most ${slowest} are allowed.`,
      )
  })
}

/** Milliseconds that judging takes, once what it is judged by has been parsed. */
function timeOf(set: PolicySet, facts: Facts): number {
  judge(set, { ...ordinaryFacts, operation: facts.operation, tool: '' })
  const began = performance.now()
  judge(set, facts)
  return performance.now() - began
}

const page = 250
const together = 2
let running = 0

/** How far a replay is: so many recorded actions of so many. */
interface Progress {
  readonly done: number
  readonly of: number
}

/**
 * Asks a candidate about the newest recorded actions beside what is in force: at most `limit` rows of the last `days`, by
 * index, in slices. Says how far it is before each page of them, and what came of all at its end. Two run at once in an instance.
 * @throws Refused policy.invalid, limit.exceeded before it has said anything; the signal's reason once the client has hung up
 */
export async function* replayCandidate(
  app: WithDatabase,
  asked: { readonly source: string; readonly days: number; readonly limit: number },
  asks: AsksOf,
  now: Date,
  signal: AbortSignal,
): AsyncGenerator<Progress, Tally, undefined> {
  if (running >= together) throw new Refused('limit.exceeded', 'Two replays run already. Wait for one of them.')
  running++
  try {
    const candidate = await candidateOf(asked.source)
    const inForce = await inForceOnTrial(app)
    const tally = emptyTally()
    const since = now.getTime() - asked.days * 86_400_000
    const of = await countActions(reader(app.db.pool), formatId('act', since, new Uint8Array(10)), asked.limit)
    for (let before: string | undefined; tally.rows < asked.limit; ) {
      yield { done: Math.min(tally.rows, of), of }
      const limit = Math.min(page, asked.limit - tally.rows)
      const rows = await listActions(reader(app.db.pool), { before, limit })
      const recent = rows.filter(row => row.created_at.getTime() >= since)
      await inSlices(recent, row => weigh(tally, row, { inForce, candidate, asks }), signal)
      if (recent.length < limit) break
      before = rows.at(-1)?.id
    }
    return tally
  } finally {
    running--
  }
}
