import { roleChangeKind } from '@/lib/access/role-change'
import type { ApprovalPolicy } from '@/lib/approval-policy/approval-policy'
import { approvalPolicyText } from '@/lib/approval-policy/contract'
import { policyLines } from '@/lib/approval-policy/words'
import { agentIn, type Registry } from '@/lib/gate/registry'
import type { ActionRow } from '@/server/action/store'
import { readContent } from '@/server/db/content-store'
import { reader } from '@/server/db/tx'
import { grantShown } from '@/server/grant/shown'
import type { HoldRow } from '@/server/hold/store'
import type { Instance } from '@/server/instance'
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
  const after = hold.change_kind?.startsWith('grant.')
    ? await grantShown(app, proposed)
    : hold.change_kind === 'approval_policy.publish'
      ? policyShown(withoutNote(proposed), registry)
      : hold.change_kind === roleChangeKind
        ? (rolesAfter(hold, registry, payload) ?? proposed)
        : proposed
  return {
    kind: hold.change_kind ?? '',
    subject: hold.subject_id ?? '',
    before: before(hold, registry),
    after: words[hold.change_kind ?? ''] ?? after,
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

/** Changes that say what they do best in words. */
const words: Readonly<Record<string, string>> = {
  'containment.lift': 'Nothing is stopped here any more. What was ended stays ended.',
  'enforcement.observe':
    'Watched only: what would wait for people or be denied goes through and is written down. Payments, privileges, secrets and what cannot be undone stay enforced, and so do scope and switches.',
}

function before(hold: HoldRow, registry: Registry): unknown {
  switch (hold.change_kind) {
    case 'scope.widen':
      return registry.scopes.get(hold.agent_id ?? '') ?? []
    case 'agent.update':
    case 'agent.transfer':
      return registry.agents.get(hold.agent_id ?? '') ?? null
    case roleChangeKind:
      return rolesBefore(hold, registry)
    case 'application.transfer':
      return registry.applications.get(hold.subject_id ?? '') ?? null
    case 'tool.reclassify':
    case 'tool.classify':
      return [...registry.tools.values()].find(one => one.id === hold.subject_id) ?? null
    case 'containment.lift':
      return thrown(hold, registry)
    case 'enforcement.observe':
      return 'Enforced: what policy holds waits for people, what it denies is denied.'
    case 'resource.source':
      return registry.sources.find(one => one.id === hold.subject_id) ?? null
    case 'team.calendar':
      return registry.calendars.get(hold.subject_id ?? '') ?? null
    case 'approval_policy.publish':
      return policyShown(bare(registry.approvalPolicies.get(hold.subject_id ?? '')), registry)
    case 'policy.publish':
      return { version: registry.policy.version, source: registry.policy.source }
    default:
      return null
  }
}

/** Why it was proposed is told beside it. */
function withoutNote(proposed: unknown): unknown {
  if (typeof proposed !== 'object' || proposed === null || !('note' in proposed)) return proposed
  const { note: _, ...text } = proposed
  return text
}

const bare = (policy: ApprovalPolicy | undefined) =>
  policy ? { title: policy.title, stages: policy.stages, rejects: policy.rejects } : null

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
