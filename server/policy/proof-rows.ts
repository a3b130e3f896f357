import { setImmediate as turn } from 'node:timers/promises'
import { factTable } from '@/lib/policy/fact-table'
import { type Facts, nothingPinned } from '@/lib/policy/facts'
import type { PolicySet } from '@/lib/policy/judge'
import { isKept, type Kept, recall } from '@/lib/policy/kept'
import { factsWith, ordinaryFacts } from '@/lib/policy/proof-case'
import { type AsksOf, type ProofEffect, prove } from '@/lib/policy/proof-effect'
import { compare, lacks, type Recorded, see, type Tally } from '@/lib/policy/proof-tally'
import type { ActionRow } from '@/server/action/store'

/** What of a row's stored facts is needed here; rows of earlier versions lack some of it. */
interface Stored {
  readonly policy_version?: number
  readonly why?: readonly { kind: 'rule' | 'floor'; id: string; sentence: string }[]
  readonly external?: boolean
  readonly asks_person?: boolean
  readonly known?: boolean
  readonly amount_unreadable?: boolean
  readonly narrowed?: readonly string[]
  readonly resource?: { readonly owner?: string | null }
  readonly given?: Kept
}

/** What is known of a recorded action: its facts, and which of them were kept (null: all). */
export interface Remembered {
  readonly facts: Facts
  readonly kept: ReadonlySet<string> | null
  readonly stored: Stored
}

const isOutsideHours = (at: Date) => at.getUTCDay() % 6 === 0 || at.getUTCHours() < 8 || at.getUTCHours() >= 18

/** Brings back what policy saw of an action; what was not kept is filled in from the row where it says so. */
export function rememberAction(row: ActionRow): Remembered {
  const stored: Stored = JSON.parse(row.facts)
  const facts = recall(row, stored.given)
  if (facts) {
    const kept = stored.given?.past
      ? null
      : new Set(factTable.map(fact => fact.name).filter(name => isKept(stored.given, name)))
    return { facts, kept, stored }
  }
  const { created_at: at } = row
  const known = {
    ...(stored.given ? { ...nothingPinned, ...stored.given } : {}),
    agent: row.agent_id,
    operation: row.operation,
    tool: row.tool,
    environment: row.environment,
    classification: row.classification,
    resource_type: row.resource_type ?? '',
    reversible: row.reversible,
    amount: row.amount,
    currency: row.currency,
    acting_for: row.acting_for,
    tenant: row.tenant,
    external: stored.external,
    asks_person: stored.asks_person,
    tool_known: stored.known,
    amount_unreadable: stored.amount_unreadable,
    hour: at.getUTCHours(),
    weekday: at.getUTCDay() || 7,
    off_hours: isOutsideHours(at),
  }
  const names = Object.entries(known).flatMap(([name, value]) => (value === undefined ? [] : [name]))
  return { facts: factsWith(ordinaryFacts, known), kept: new Set(names), stored }
}

/** The facts that a set reads and that were not kept of this action. */
export const unkept = ({ kept }: Remembered, set: PolicySet): string[] =>
  kept === null ? [] : [...set.reads].filter(name => name !== 'approved' && name !== 'constrained' && !kept.has(name))

/** How it was decided when it was asked for: what people said afterwards is no answer of policy. */
function recordedEffect({ status, hold_id, decision }: ActionRow, { narrowed }: Stored): ProofEffect {
  if (status === 'held' || hold_id !== null || decision?.by === 'human') return 'hold'
  if (decision?.verdict === 'deny') return 'deny'
  return decision?.modified || narrowed ? 'constrain' : 'allow'
}

const beforePolicy = new Set(['hold.rejected_recently', 'agent.unowned'])

/**
 * Whether a rule may narrow a recorded action: no floor asks people anyhow, and the policy that judged it then, if it is
 * this one, was able to. Arguments are not opened to find out.
 */
export function isNarrowable(
  row: ActionRow,
  { facts, stored }: Remembered,
  set: PolicySet,
  asks: AsksOf,
  version: number,
): boolean {
  if (floorsOf(stored).length > 0) return false
  if (stored.policy_version !== version || prove(set, facts, asks).effect !== 'constrain') return true
  const effect = recordedEffect(row, stored)
  return effect === 'constrain' || effect === 'allow'
}

const floorsOf = ({ why = [] }: Stored) =>
  why.filter(one => one.kind === 'floor').map(({ id, sentence }) => ({ id, sentence }))

/** What is asked about recorded actions, and the approval policies that both may name. */
export interface Weighed {
  readonly inForce: PolicySet
  readonly candidate: PolicySet
  readonly asks: AsksOf
}

/** Whom approval policies ask about this very action: the resource's owner was kept with it. */
export const askingAbout =
  ({ stored }: Remembered, asks: AsksOf): AsksOf =>
  (name, facts) =>
    asks(name, facts, stored.resource?.owner)

const nobody: ReadonlyMap<string, number> = new Map()

/** Asks what is in force and the candidate about one row, and counts what came of it. */
export function weigh(tally: Tally, row: ActionRow, { inForce, candidate, asks: anybody }: Weighed): void {
  see(tally, row.created_at)
  const remembered = rememberAction(row)
  const { facts, kept, stored } = remembered
  const asks = askingAbout(remembered, anybody)
  const by = row.decision?.by
  if (!stored.given && (by === 'containment' || beforePolicy.has(row.decision?.code ?? ''))) {
    tally.before_policy++
    return
  }
  const missing = new Set([...unkept(remembered, candidate), ...unkept(remembered, inForce)])
  if (missing.size > 0) {
    lacks(tally, [...missing])
    return
  }
  const recorded: Recorded = {
    action_id: row.id,
    tool: row.tool,
    agent_id: row.agent_id,
    team: facts.team,
    at: row.created_at,
    off_hours: kept === null ? facts.off_hours : isOutsideHours(row.created_at),
    effect: recordedEffect(row, stored),
    asks: name => {
      const asked = asks(name, facts)
      return typeof asked === 'string' ? nobody : asked
    },
    floors: floorsOf(stored),
  }
  const narrowable = isNarrowable(row, remembered, inForce, asks, inForce.version)
  compare(tally, recorded, prove(inForce, facts, asks, narrowable), prove(candidate, facts, asks, narrowable))
}

const slice = 8

/**
 * Does one thing after another in slices of a few milliseconds: the event loop belongs to the gate.
 * @throws the signal's reason once it has fired
 */
export async function inSlices<T>(list: Iterable<T>, each: (one: T) => void, signal?: AbortSignal): Promise<void> {
  let began = performance.now()
  for (const one of list) {
    each(one)
    if (performance.now() - began < slice) continue
    await turn()
    signal?.throwIfAborted()
    began = performance.now()
  }
}
