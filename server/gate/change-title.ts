import { roleChangeKind } from '@/lib/access/role-change'
import { agentIn, type Registry } from '@/lib/gate/registry'
import { planShown } from '@/lib/plan/contract'
import { inert } from '@/lib/tool/sentence'
import type { HoldRow } from '@/server/hold/store'
import { rolesTitle } from './roles-shown'

const quoted = (text: string) => `“${text.slice(0, 80)}”`

/** What a change would do, in the product's words. */
export function changeTitle(hold: HoldRow, registry: Registry, payload: string | undefined): string {
  const agent = hold.agent_id ? agentIn(registry, hold.agent_id)?.agent.name : undefined
  const tool = [...registry.tools.values()].find(one => one.id === hold.subject_id)
  const named = quoted(tool?.name ?? hold.subject_id ?? '')
  switch (hold.change_kind) {
    case 'tool.classify':
      return tool?.drifted
        ? `Say what ${named} does now: its source describes it otherwise`
        : `Say what the new tool ${named} does`
    case 'tool.reclassify':
      return `Change what the tool ${named} is said to be`
    case 'scope.widen':
      return `Give ${quoted(agent ?? 'an agent')} a further scope`
    case 'agent.update':
      return `Change the registration of ${quoted(agent ?? 'an agent')}`
    case 'agent.transfer':
      return `Answer for ${quoted(agent ?? 'an agent')}${successors(payload, registry)}`
    case roleChangeKind:
      return rolesTitle(hold, registry, payload)
    case 'application.transfer':
      return `Answer for the application ${ownedName(hold, registry)}${successors(payload, registry, true)}`
    case 'application.move':
      return `Move the application ${ownedName(hold, registry)} to the team ${destination(payload, registry)}`
    case 'enforcement.observe':
      return `Watch ${quoted(agent ?? registry.teams.get(hold.subject_id ?? '') ?? 'a team')} only, without enforcing${daysOf(payload)}`
    case 'plan.approve':
      return `Approve ${chainOf(payload, quoted(agent ?? 'an agent'))}`
    case 'resource.source':
      return sourceTitle(hold, registry, payload)
    case 'team.calendar':
      return `Give ${quoted(registry.teams.get(hold.subject_id ?? '') ?? 'a team')} other working hours`
    case 'approval_policy.publish':
      return `${registry.approvalPolicies.has(hold.subject_id ?? '') ? 'Change' : 'Add'} the approval policy ${quoted(hold.subject_id ?? '')}${noteOf(payload)}`
    case 'policy.publish':
      return `Publish another policy${noteOf(payload)}`
    case 'containment.lift': {
      const switched = registry.containments.find(one => one.id === hold.subject_id)
      return `Lift the ${switched?.level === 'killed' ? 'kill switch' : 'quarantine'} on ${agent ? quoted(agent) : switched?.target.type === 'organisation' ? 'everything' : `${switched?.target.type ?? 'a target'}`}`
    }
    case 'grant.create':
      return `Approve in advance what ${quoted(agent ?? 'an agent')} may repeat`
    case 'grant.break_glass':
      return `Break the glass for ${quoted(agent ?? 'an agent')}`
    default:
      return `Carry out ${hold.change_kind ?? 'a change'}`
  }
}

function sourceTitle(hold: HoldRow, registry: Registry, payload: string | undefined): string {
  const parsed: { source?: { name?: unknown } | null } | null = JSON.parse(payload ?? 'null')
  const before = registry.sources.find(one => one.id === hold.subject_id)?.name
  const after = parsed?.source?.name
  if (typeof after !== 'string') return `No longer ask ${quoted(before ?? 'a source')} what resources are`
  return `Ask ${quoted(after)} what resources are${before === undefined ? '' : ', in another way'}`
}

function daysOf(payload: string | undefined): string {
  const parsed: { days?: unknown } | null = JSON.parse(payload ?? 'null')
  return typeof parsed?.days === 'number' ? ` for ${parsed.days} ${parsed.days === 1 ? 'day' : 'days'}` : ''
}

const ownedName = (hold: HoldRow, registry: Registry) =>
  quoted(registry.applications.get(hold.subject_id ?? '')?.name ?? '')

function destination(payload: string | undefined, registry: Registry): string {
  const parsed: { patch?: { team_id?: string } } | null = JSON.parse(payload ?? 'null')
  return quoted(registry.teams.get(parsed?.patch?.team_id ?? '') ?? '')
}

/** Who is to answer for it, by name. */
function successors(payload: string | undefined, registry: Registry, owned = false): string {
  const parsed: { patch?: { owner_id?: string | null; backup_id?: string | null } } | null = JSON.parse(
    payload ?? 'null',
  )
  const named = (id: string | null | undefined, role: string) => {
    const name =
      id === null ? (owned ? 'nobody' : 'the one of its application') : registry.people.find(one => one.id === id)?.name
    return name === undefined ? [] : [`${role}: ${name}`]
  }
  const words = [...named(parsed?.patch?.owner_id, 'owner'), ...named(parsed?.patch?.backup_id, 'backup')]
  return words.length > 0 ? ` (${words.join(', ')})` : ''
}

function noteOf(payload: string | undefined): string {
  const parsed: { note?: unknown } | null = JSON.parse(payload ?? 'null')
  return typeof parsed?.note === 'string' && parsed.note ? `: ${quoted(parsed.note)}` : ''
}

/** How many steps, and what the riskiest does, in our words; what its agent calls it is its claim (U10). */
function chainOf(payload: string | undefined, agent: string): string {
  const read = planShown.safeParse(JSON.parse(payload ?? 'null'))
  if (!read.success) return `a plan by ${agent} as one`
  const { riskiest, steps } = read.data
  const gravest = steps.length > 1 ? steps.find(step => step.n === riskiest)?.title : undefined
  const what = gravest === undefined ? '' : `, the riskiest: ${inert(gravest, 120)}`
  return `a plan of ${steps.length} ${steps.length === 1 ? 'step' : 'steps'} by ${agent} as one${what}`
}
