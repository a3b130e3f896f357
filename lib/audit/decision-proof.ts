import { saltedDigest } from '@/lib/kernel/digest'
import { type Broken, type Known, type SealedEvent, verifyExport } from './export'

/**
 * What somebody says about one decision. `salt` (hex) comes with the evidence: the log holds SHA-256(salt ‖ digest) only.
 * `executable` is the digest of what was allowed to run; null where nothing was.
 */
export interface DecisionClaim {
  readonly action: string
  readonly digest: string
  readonly salt: string
  readonly status: string
  readonly approvers: readonly string[]
  readonly executable: string | null
  readonly outcome: string | null
}

/** What the log says about an action, gathered from its own events only. */
export interface DecisionFacts {
  readonly action: string
  readonly agent: string
  readonly digest: string
  readonly status: string | null
  readonly verdict: string | null
  readonly code: string | null
  readonly approvers: readonly string[]
  readonly executable: string | null
  readonly outcome: string | null
  /** The entries that say so. */
  readonly seqs: readonly number[]
}

export type DecisionProof =
  | { readonly ok: true; readonly facts: DecisionFacts; readonly size: number }
  | { readonly ok: false; readonly reason: string; readonly broken: Broken | null }

/**
 * Proves THIS decision, not just that some entry is in the log (INV-35, L11): every member of the claim must be what the
 * verified events of that very action say, and that action must have been decided exactly once.
 */
export async function verifyDecision(
  lines: Iterable<string> | AsyncIterable<string>,
  claim: DecisionClaim,
  known: Known = {},
): Promise<DecisionProof> {
  const mine: { event: SealedEvent; seq: number }[] = []
  const holds = new Set<unknown>()
  const whole = await verifyExport(lines, known, (event, seq) => {
    const ofAction = event.data.action === claim.action
    const ofHold = typeof event.data.hold === 'string' && holds.has(event.data.hold)
    if (!ofAction && !ofHold) return
    // A tool's item holds many actions: only a hold that was opened for this action alone speaks for it.
    if (event.type === 'hold.opened' && ofAction) holds.add(event.data.hold)
    mine.push({ event, seq })
  })
  if (!whole.ok) return { ok: false, reason: whole.reason, broken: whole }
  const facts = factsOf(claim.action, mine)
  if (typeof facts === 'string') return { ok: false, reason: facts, broken: null }
  const wrong = differences(claim, facts)
  return wrong.length > 0
    ? { ok: false, reason: `the log says otherwise: ${wrong.join(', ')}`, broken: null }
    : { ok: true, facts, size: whole.size }
}

const text = (value: unknown) => (typeof value === 'string' ? value : null)

function factsOf(action: string, mine: readonly { event: SealedEvent; seq: number }[]): DecisionFacts | string {
  const received = mine.filter(
    one => one.event.data.action === action && text(one.event.data.agent) && text(one.event.data.digest),
  )
  const [first] = received
  if (!first) return 'this action is not in the log'
  if (new Set(received.map(one => `${one.event.data.agent} ${one.event.data.digest}`)).size > 1)
    return 'this action was received as two different ones'
  const ends = mine.filter(one => one.event.data.action === action && text(one.event.data.verdict))
  if (ends.length > 1) return 'this action was decided twice'
  const decided = ends[0]?.event
  const revisions = mine.filter(one => one.event.type === 'hold.revised').map(one => text(one.event.data.digest))
  const digest = text(first.event.data.digest) ?? ''
  return {
    action,
    agent: text(first.event.data.agent) ?? '',
    digest,
    status: text(decided?.data.status),
    verdict: text(decided?.data.verdict),
    code: text(decided?.data.code),
    approvers: approversOf(decided, revisions.at(-1) ?? digest, mine),
    executable: decided?.data.verdict === 'allow' ? (revisions.at(-1) ?? digest) : null,
    outcome: text(
      mine
        .filter(one => one.event.type === 'action.reported' || one.event.type === 'action.reconciled')
        .map(one => one.event.data.outcome ?? one.event.data.status)
        .at(-1),
    ),
    seqs: mine.map(one => one.seq),
  }
}

/** Who approved: those whom the deciding event names, and only if each gave a review of their own, of exactly what may be executed. */
function approversOf(
  decided: SealedEvent | undefined,
  executable: string,
  mine: readonly { event: SealedEvent }[],
): string[] {
  if (decided?.type !== 'hold.approved') return []
  const reviews = new Set(
    mine
      .filter(
        one =>
          one.event.type === 'hold.reviewed' &&
          one.event.data.verdict === 'approve' &&
          one.event.data.digest === executable &&
          one.event.by.kind === 'person',
      )
      .map(one => one.event.by.id),
  )
  const named = Array.isArray(decided.data.approvers) ? decided.data.approvers.map(String) : [decided.by.id]
  return named.filter(id => reviews.has(id)).sort()
}

function differences(claim: DecisionClaim, facts: DecisionFacts): string[] {
  const salted = /^([0-9a-f]{2})+$/.test(claim.salt) ? (digest: string) => saltedDigest(claim.salt, digest) : () => null
  const approvers = [...claim.approvers].sort().join(' ')
  return [
    ...(salted(claim.digest) === facts.digest ? [] : ['digest']),
    ...(claim.status === facts.status ? [] : [`status ${facts.status ?? 'open'}`]),
    ...(approvers === facts.approvers.join(' ') ? [] : [`approvers ${facts.approvers.join(' ') || 'nobody'}`]),
    ...((claim.executable === null ? null : salted(claim.executable)) === facts.executable
      ? []
      : ['executable digest']),
    ...(claim.outcome === facts.outcome ? [] : [`outcome ${facts.outcome ?? 'none'}`]),
  ]
}
