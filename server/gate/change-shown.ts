import { roleChangeKind } from '@/lib/access/role-change'
import type { ApprovalPolicy } from '@/lib/approval-policy/approval-policy'
import { approvalPolicyText } from '@/lib/approval-policy/contract'
import { policyLines } from '@/lib/approval-policy/words'
import { agentIn, type Registry } from '@/lib/gate/registry'
import { isId } from '@/lib/kernel/id'
import type { ActionRow } from '@/server/action/store'
import { findAgent } from '@/server/agent/agent-store'
import { readContent } from '@/server/db/content-store'
import { reader } from '@/server/db/tx'
import { grantShown } from '@/server/grant/shown'
import type { HoldRow } from '@/server/hold/store'
import type { Instance } from '@/server/instance'
import { findPolicy } from '@/server/policy/store'
import { changeLines, type Lines } from './change-lines'
import { personNamed } from './hold-page'
import { paramsOf } from './read'
import { rolesAfter, rolesBefore } from './roles-shown'

/** A change as the decision screen shows it: what is there now, what would be, and the calls that wait for it. */
export async function changeShown(
  app: Instance,
  registry: Registry,
  hold: HoldRow,
  payload: string | undefined,
  waiting: readonly ActionRow[],
) {
  const contents = await readContent(
    reader(app.db.pool),
    app.vault,
    waiting.map(one => one.id),
  )
  const proposed: unknown = JSON.parse(payload ?? 'null')
  const { before, after } = await twice(app, registry, hold, payload, proposed)
  return {
    kind: hold.change_kind ?? '',
    subject: hold.subject_id ?? '',
    before,
    after,
    reason: reasonIn(after) ?? reasonIn(proposed),
    failure: hold.failure,
    waiting_calls: waiting.map(one => ({
      action_id: one.id,
      agent: { id: one.agent_id, name: agentIn(registry, one.agent_id)?.agent.name ?? one.agent_id },
      tool: one.tool,
      params: paramsOf(contents.get(one.id)?.parts.get('body') ?? '{}'),
      at: one.created_at.toISOString(),
    })),
  }
}

const reasonIn = (value: unknown): string | null =>
  typeof value === 'object' && value !== null && 'reason' in value && typeof value.reason === 'string'
    ? value.reason
    : null

/**
 * What is there now and what would be, in the same words. Of what is decided only what it was about: what is there now has moved on.
 */
async function twice(
  app: Instance,
  registry: Registry,
  hold: HoldRow,
  payload: string | undefined,
  proposed: unknown,
): Promise<{ readonly before: unknown; readonly after: unknown }> {
  const { change_kind, subject_id, agent_id } = hold
  const kind = change_kind ?? ''
  const isOpen = hold.decided_at === null
  const agent =
    kind.startsWith('agent.') && agent_id && isId('agt', agent_id)
      ? await findAgent(reader(app.db.pool), agent_id)
      : null
  const purpose = agent?.purpose ?? ''
  const known = changeLines({ kind, subject: subject_id ?? '', agent_id }, proposed, { registry, purpose })
  if (known && isOpen) return { before: textOf(known.before), after: textOf(known.after) }
  if (known) return { before: null, after: textOf(new Map([...known.after].filter(([part]) => known.touched(part)))) }
  switch (kind) {
    case roleChangeKind:
      return {
        before: isOpen ? rolesBefore(hold, registry) : null,
        after: rolesAfter(hold, registry, payload) ?? proposed,
      }
    case 'containment.lift':
      return { before: thrown(hold, registry), after: 'Nothing is stopped here any more. What was ended stays ended.' }
    case 'enforcement.observe':
      return {
        before: 'Enforced: what policy holds waits for people, what it denies is denied.',
        after:
          'Watched only: what would wait for people or be denied goes through and is written down. Payments, privileges, secrets and what cannot be undone stay enforced, and so do scope and switches.',
      }
    case 'approval_policy.publish': {
      const policy = registry.approvalPolicies.get(subject_id ?? '')
      return {
        before: isOpen && policy ? policyShown(bare(policy), registry) : null,
        after: policyShown(withoutNote(proposed), registry),
      }
    }
    case 'policy.publish':
      return { before: await policyBefore(app, hold), after: proposed }
    default:
      return { before: null, after: kind.startsWith('grant.') ? await grantShown(app, proposed) : proposed }
  }
}

const textOf = (lines: Lines): string => [...lines.values()].join('\n')

/** The policy that this one was made of: it is kept, and another one in force makes the change stale. */
async function policyBefore(app: Instance, hold: HoldRow) {
  const found = await findPolicy(reader(app.db.pool), Number(hold.based_on ?? 0))
  return found ? { version: found.version, source: found.source } : null
}

/** Why it was proposed is told beside it. */
function withoutNote(proposed: unknown): unknown {
  if (typeof proposed !== 'object' || proposed === null || !('note' in proposed)) return proposed
  const { note: _, ...text } = proposed
  return text
}

const bare = ({ title, stages, rejects }: ApprovalPolicy) => ({ title, stages, rejects })

/** An approval policy in words; what cannot be read as one is shown as it is. */
function policyShown(policy: unknown, { people, teams }: Registry): unknown {
  const read = approvalPolicyText.safeParse(policy)
  if (!read.success) return policy
  return policyLines(read.data, {
    team: id => teams.get(id) ?? id,
    person: id => people.find(one => one.id === id)?.name ?? id,
  })
}

/** The switch that would be lifted, as people read it. */
function thrown(hold: HoldRow, registry: Registry): string | null {
  const found = registry.containments.find(one => one.id === hold.subject_id)
  if (!found) return null
  const by = personNamed(registry, found.by_id)?.name ?? found.by_id
  return `${found.level}, by ${by}, at ${found.from.toISOString()}: ${found.reason}`
}
