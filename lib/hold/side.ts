import { roleChangeKind } from '@/lib/access/role-change'
import type { Accountability } from '@/lib/agent/accountability'
import type { PersonId } from '@/lib/kernel/id'
import type { Environment } from '@/lib/kernel/scale'
import { emptySide, type Side } from './conflict'

const thirtyDays = 30 * 24 * 3_600_000

/** An agent as its side asks for it. */
interface Asking {
  readonly agent: { readonly id: string; readonly created_by: PersonId; readonly environment: Environment }
  readonly application: { readonly id: string }
  readonly owner: PersonId
}

/** Both ids whose accountabilities make an agent's side. */
export const sideSubjects = ({ agent, application }: Asking): readonly string[] => [agent.id, application.id]

/**
 * The side that asks, for an action of this agent: everyone who was its owner, creator, key holder or scope editor at any
 * time from 30 days before `opened` until now (INV-18), and whoever it says it acts for.
 * @param rows the accountabilities of {@link sideSubjects}
 */
export function agentSide(
  { agent, owner }: Asking,
  rows: readonly Accountability[],
  opened: Date,
  actingFor: string | null,
): Side {
  const from = opened.getTime() - thirtyDays
  const recent = rows.filter(row => row.until === null || row.until.getTime() > from)
  const people = (relation: string) => recent.filter(row => row.relation === relation).map(row => row.person_id)
  return {
    ...emptySide,
    owners: new Set<string>([owner, ...people('owner')]),
    creators: new Set<string>([agent.created_by]),
    key_holders: new Set<string>(people('key_holder')),
    // Whoever wrote a rule for this agent or its application counts like whoever wrote its scope.
    editors: new Set<string>([
      ...recent.filter(row => row.relation === 'scope_editor' && row.since.getTime() > from).map(row => row.person_id),
      ...people('policy_editor'),
    ]),
    acting_for: actingFor,
    environment: agent.environment,
    opened,
  }
}

/** The side of a change that people wrote together, as it was noted when it was proposed; `rows` are those of its hold. */
export function authorSide(rows: readonly Accountability[]): Side {
  const authors = rows.filter(row => row.relation === 'policy_editor').map(row => row.person_id)
  return { ...emptySide, authors: new Set(authors) }
}

/** Who would get a role by a change of this kind about this subject: they do not agree to it themselves (A27). */
export const receiverOf = (kind: string | null, subject: string | null): string | null =>
  kind === roleChangeKind ? subject : null

/**
 * The side that asks for a change about this agent (`about` is `emptySide` where it is about none): whoever proposed it is
 * on it, and the backup owner too when a switch is to be lifted. Accepting an agent is for the one who is to answer for it,
 * whatever they were to it before; only not for who proposes it.
 */
export function changeSide(
  kind: string | null,
  about: Side,
  backup: PersonId | null,
  proposedBy: string | null,
  opened: Date,
): Side {
  return {
    ...(kind === 'agent.transfer' ? { ...emptySide, environment: about.environment } : about),
    ...(kind === 'containment.lift' && backup ? { owners: new Set([...about.owners, backup]) } : {}),
    proposed_by: proposedBy,
    opened,
  }
}
