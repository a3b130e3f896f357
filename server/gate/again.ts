import { type Submission, submissionContract } from '@/lib/action/contract'
import type { Resolved } from '@/lib/action/resolve'
import { inForce } from '@/lib/containment/containment'
import { type Candidate, candidateFor, type Memory } from '@/lib/gate/candidate'
import { unpinned } from '@/lib/gate/decide'
import { factsOf } from '@/lib/gate/facts-of'
import { agentIn, isAnsweredFor, type KnownAgent, type Registry, reachOf, unowned } from '@/lib/gate/registry'
import { requirementFor } from '@/lib/gate/requirement-for'
import type { Requirement } from '@/lib/hold/requirement'
import { actionDigest } from '@/lib/kernel/digest'
import type { Pinned } from '@/lib/policy/facts'
import { judge, judgeApproved } from '@/lib/policy/judge'
import { pinnedIn } from '@/lib/policy/kept'
import { type Obligation, obligationsOf } from '@/lib/policy/obligation'
import type { ActionRow } from '@/server/action/store'
import { storedFacts } from './facts-store'

/** An action as it would be judged now: its content as it was sent, everything else as it stands today. */
export interface Rejudged {
  readonly known: KnownAgent
  readonly submission: Submission
  readonly resolved: Resolved
  readonly candidate: Candidate
}

/** A submission out of the exact body that was sent. */
export const submissionIn = (body: string): Submission => submissionContract.parse(JSON.parse(body))

const forgotten: Memory = {
  rejected_recently: false,
  outcome_unknown: false,
  open_holds: 0,
  too_many_tools: false,
}

/**
 * Makes the candidate again from stored content. Null when the agent is gone or the content was erased.
 * @param more what of the pinned facts is known only now
 */
export function again(
  action: ActionRow,
  body: string | undefined,
  params: Record<string, unknown> | null,
  registry: Registry,
  now: Date,
  memory: Memory = forgotten,
  more: (resolved: Resolved) => Partial<Pinned> = () => ({}),
): Rejudged | null {
  const known = agentIn(registry, action.agent_id)
  if (!known || body === undefined) return null
  const sent = submissionIn(body)
  const submission = params ? { ...sent, params } : sent
  const digest = actionDigest({
    tool: submission.tool,
    resource: submission.resource ?? null,
    params: submission.params,
  })
  const stored = storedFacts(action)
  const candidate = candidateFor(
    {
      submission,
      digest,
      known,
      credential_id: action.credential_id,
      session: action.session,
      fact: stored.resource ?? null,
      memory,
      pinned: resolved => ({ ...pinnedIn(stored.given), ...more(resolved) }),
    },
    registry,
    now,
  )
  return { known, submission, resolved: candidate.resolved, candidate }
}

export type Finality =
  | {
      readonly is: 'allowed'
      readonly requirement: Requirement | null
      readonly rules: readonly string[]
      readonly obligations: readonly Obligation[]
    }
  | { readonly is: 'denied'; readonly code: string; readonly reason: string; readonly rules: readonly string[] }

/** Why nothing that was asked is allowed any more: its agent, who answers for it, or the key that asked is gone (K12). */
export function goneAsker(
  known: KnownAgent,
  { credential_id }: Pick<ActionRow, 'credential_id'>,
  registry: Registry,
  now: Date,
): { code: string; reason: string } | null {
  if (known.agent.status === 'retired') return { code: 'agent.retired', reason: 'This agent has been retired.' }
  if (!isAnsweredFor(known, registry.people)) return unowned
  const credential = registry.credentials.get(credential_id)
  return credential && (!credential.expires_at || credential.expires_at > now)
    ? null
    : { code: 'credential.revoked', reason: 'The key that asked has been revoked or has expired.' }
}

/**
 * May this be allowed now, if people agree? Agent, credential, scope, tool, owner and policy are today's. Policy is asked
 * again without approval (what it requires now joins what was pinned) and with it (a deny wins over people).
 */
export function finality(rejudged: Rejudged, action: ActionRow, registry: Registry, now: Date): Finality {
  const { known, candidate } = rejudged
  const stopped = goneAsker(known, action, registry, now) ?? unpinned(candidate.resolved)
  if (stopped) return { is: 'denied', ...stopped, rules: [] }
  const reach = reachOf(known, { ...action, instance: action.instance })
  const contained = inForce(registry.containments, reach)
  const facts = factsOf(candidate, { calendar: registry.calendars.get(known.team), contained, observing: false }, now)
  const lifted = judgeApproved(registry.policy, facts)
  if (lifted.effect === 'deny') {
    const missing = lifted.code === 'scope.exceeded' ? candidate.match.missing : null
    return {
      is: 'denied',
      code: lifted.code,
      reason: missing ?? lifted.reason,
      rules: lifted.rules.map(rule => rule.id),
    }
  }
  const plain = judge(registry.policy, facts)
  const asked =
    plain.effect === 'deny' ? null : requirementFor(plain, candidate, contained?.level === 'guarded', registry)
  return {
    is: 'allowed',
    requirement: asked?.requirement ?? null,
    rules: lifted.rules.map(rule => rule.id),
    obligations: obligationsOf(lifted.rules.flatMap(rule => rule.duties)),
  }
}
