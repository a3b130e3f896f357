import { parseDecimal } from '@/lib/kernel/decimal'
import { mightMatchGlob } from '@/lib/kernel/glob'
import {
  type Classification,
  classifications,
  type Environment,
  environments,
  type Operation,
  stricter,
} from '@/lib/kernel/scale'
import { unpinnedIn } from '@/lib/tool/pinned'
import { type ResourceFact, saidBy } from '@/lib/tool/resource-fact'
import type { Meaning, ResourcePattern, Tool } from '@/lib/tool/tool'
import type { Submission } from './contract'

/** What an action is: judged from catalogue, resource patterns and registration. The agent's claim can only tighten. */
export interface Resolved {
  readonly digest: string
  readonly operation: Operation
  readonly environment: Environment
  readonly classification: Classification
  readonly resource_type: string | null
  readonly resource_id: string | null
  /** Every tenant that the action may belong to: all of them must be in scope. */
  readonly tenants: readonly string[]
  /** The team that the resource's own system calls its owner; null where nobody was asked, or it does not say. */
  readonly owning_team: string | null
  /** Whom it calls its owner; null alike. */
  readonly owner?: string | null
  readonly reversible: boolean
  readonly external: boolean
  readonly asks_person: boolean
  readonly known: boolean
  /** What the given parameters mean, by the catalogue; in the catalogue's own words, each once. */
  readonly meanings: readonly Meaning[]
  /** Decimal with four digits, or null when no amount is named. */
  readonly amount: string | null
  readonly amount_unreadable: boolean
  /** Parameters that name something whose content can change, without its digest. */
  readonly unpinned: readonly string[]
  readonly currency: string | null
  /** The agent claims another operation than the catalogue's, and not on a tool that only reads: that holds. */
  readonly claim_differs: boolean
}

/**
 * Judges what a submission is. `tool` is null where the catalogue has no such name; `digest` is that of api §2; `fact` is what
 * the resource's own system said of it, null where none is asked. The stricter of everything counts: which resource it is, is
 * the agent's word, so that no answer about it may loosen.
 */
export function resolve(
  submission: Submission,
  tool: Tool | null,
  patterns: readonly ResourcePattern[],
  registered: Environment,
  digest: string,
  fact: ResourceFact | null = null,
): Resolved {
  const known = tool?.classified ?? null
  const resource = submission.resource
  const matching = patterns.filter(
    pattern =>
      mightMatchGlob(pattern.type_pattern, resource?.type ?? '') &&
      mightMatchGlob(pattern.id_pattern, resource?.id ?? ''),
  )
  let environment = stricter(environments, registered, resource?.environment)
  let classification = stricter(classifications, known?.sensitivity ?? 'restricted', resource?.classification)
  const tenants = new Set(resource?.tenant === undefined ? [] : [resource.tenant])
  for (const pattern of [...matching, saidBy(fact, matching)]) {
    environment = stricter(environments, environment, pattern.environment)
    classification = stricter(classifications, classification, pattern.classification)
    if (pattern.tenant !== null) tenants.add(pattern.tenant)
  }
  const claim = submission.operation
  const operation = !known ? 'execute' : known.operation === 'read' && claim ? claim : known.operation
  const money = amountOf(submission, known?.parameters ?? {})
  return {
    digest,
    operation,
    environment,
    classification,
    resource_type: resource?.type ?? null,
    resource_id: resource?.id ?? null,
    tenants: [...tenants],
    owning_team: fact?.owning_team ?? null,
    owner: fact?.owner ?? null,
    reversible: (known?.reversible ?? false) && submission.impact?.reversible !== false,
    external: known?.external ?? false,
    asks_person: known?.asks_person ?? false,
    known: known !== null,
    meanings: meaningsOf(submission, known?.parameters ?? {}),
    ...money,
    unpinned: unpinnedIn(submission.params, known?.parameters ?? {}),
    claim_differs: known !== null && known.operation !== 'read' && claim !== undefined && claim !== known.operation,
  }
}

function meaningsOf(submission: Submission, parameters: Readonly<Record<string, Meaning>>): Meaning[] {
  const given = Object.entries(parameters).filter(
    ([name, meaning]) =>
      meaning !== 'other' && Object.hasOwn(submission.params, name) && submission.params[name] !== null,
  )
  return [...new Set(given.map(([, meaning]) => meaning))].sort()
}

/** The amount that counts is the largest of the parameters that the catalogue names; a claim may only raise it. */
function amountOf(submission: Submission, meanings: Readonly<Record<string, Meaning>>) {
  const named = Object.entries(meanings)
  const holders = named.filter(([, meaning]) => meaning === 'amount').map(([name]) => name)
  const holderOfCurrency = named.find(([, meaning]) => meaning === 'currency')?.[0]
  const said = submission.impact?.amount
  const claimed = said ? parseDecimal(said.value) : null
  let value: bigint | null = claimed
  let unreadable = false
  for (const holder of holders) {
    const said = Object.hasOwn(submission.params, holder) ? submission.params[holder] : null
    if (said === undefined || said === null) continue
    const given = parseDecimal(said)
    if (given === null) unreadable = true
    // A payment of minus a million is no small one.
    else if (value === null || abs(given) > value) value = abs(given)
  }
  const currency = holderOfCurrency === undefined ? undefined : submission.params[holderOfCurrency]
  return {
    amount: value === null ? null : decimalText(value),
    amount_unreadable: unreadable,
    currency: typeof currency === 'string' && /^[A-Z]{3}$/.test(currency) ? currency : (said?.currency ?? null),
  }
}

const abs = (value: bigint) => (value < 0n ? -value : value)

/** A value scaled by 10,000 as text with four digits, which Cedar's decimal and PostgreSQL's numeric both take. */
function decimalText(scaled: bigint): string {
  return `${scaled / 10_000n}.${String(scaled % 10_000n).padStart(4, '0')}`
}
