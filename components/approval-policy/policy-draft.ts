import { roles } from '@/lib/access/permission'
import type { ApprovalPolicyItem } from './approval-policies'

/** One group as a form holds it. `team`, `role` and `person` count where the relation asks for them. */
export interface GroupDraft {
  readonly key: number
  readonly approvals: string
  readonly relation: string
  readonly team: string
  readonly role: string
  readonly person: string
}

export interface StageDraft {
  readonly key: number
  readonly label: string
  readonly confirm: boolean
  /** How many of the groups: `all` or a number. */
  readonly of: string
  readonly groups: readonly GroupDraft[]
}

export interface PolicyDraft {
  readonly name: string
  readonly title: string
  readonly rejects: string
  readonly note: string
  readonly stages: readonly StageDraft[]
  /** Stages as text, where groups stand in groups: then the form does not show them. */
  readonly json: string | null
}

/** Whom a group may be, in the words of a form. */
export const relations = [
  { value: 'agent_team', label: 'Approvers of the agent’s team' },
  { value: 'resource_team', label: 'Approvers of the team that owns the resource' },
  { value: 'manager_of_acting_for', label: 'The manager of whoever it is for' },
  { value: 'team_approvers', label: 'Approvers of one team' },
  { value: 'role', label: 'People with a role' },
  { value: 'any_approver', label: 'Any approver' },
  { value: 'governing', label: 'Administrators and governors' },
  { value: 'person', label: 'One person' },
] as const

let last = 0
export const emptyGroup = (): GroupDraft => ({
  key: ++last,
  approvals: '1',
  relation: 'agent_team',
  team: '',
  role: roles[2],
  person: '',
})
export const emptyStage = (): StageDraft => ({
  key: ++last,
  label: '',
  confirm: false,
  of: 'all',
  groups: [emptyGroup()],
})
export const emptyPolicy = (): PolicyDraft => ({
  name: '',
  title: '',
  rejects: '1',
  note: '',
  stages: [emptyStage()],
  json: null,
})

type Stages = ApprovalPolicyItem['stages']
type Need = Extract<Stages[number], { need: unknown }>['need']
type Group = Extract<Need, { who: unknown }>

function groupDraft({ approvals, who }: Group): GroupDraft | null {
  const [asked] = who
  if (!asked || who.length > 1) return null
  return {
    ...emptyGroup(),
    approvals: String(approvals),
    relation: asked.relation,
    ...('team_id' in asked ? { team: asked.team_id ?? '' } : {}),
    ...('role' in asked ? { role: asked.role } : {}),
    ...('person_id' in asked ? { person: asked.person_id } : {}),
  }
}

/** One stage as a form holds it; null where it is more than the form can show. */
function stageDraft(stage: Stages[number]): StageDraft | null {
  if ('confirm' in stage) return { ...emptyStage(), label: stage.label, confirm: true }
  const { need } = stage
  const parts = 'of' in need ? need.of : [need]
  const groups = parts.map(part => ('of' in part ? null : groupDraft(part)))
  const good = groups.filter(one => one !== null)
  if (good.length < groups.length) return null
  const of = !('of' in need) || need.at_least === need.of.length ? 'all' : String(need.at_least)
  return { ...emptyStage(), label: stage.label, of, groups: good }
}

/** A policy in force, to be changed. */
export function draftOf({ name, title, rejects, stages }: ApprovalPolicyItem): PolicyDraft {
  const drafts = stages.map(stageDraft)
  const good = drafts.filter(one => one !== null)
  const whole = good.length === drafts.length
  return {
    ...emptyPolicy(),
    name,
    title,
    rejects: String(rejects),
    stages: whole ? good : [],
    json: whole ? null : JSON.stringify(stages, null, 2),
  }
}

function askedOf({ relation, team, role, person }: GroupDraft) {
  switch (relation) {
    case 'team_approvers':
      return { relation, team_id: team }
    case 'role':
      return { relation, role, team_id: team || null }
    case 'person':
      return { relation, person_id: person }
    default:
      return { relation }
  }
}

function stageOf({ label, confirm, of, groups }: StageDraft) {
  if (confirm) return { label, confirm: true }
  const all = groups.map(group => ({ approvals: Number(group.approvals) || 0, who: [askedOf(group)] }))
  const [only] = all
  const need = all.length === 1 && only ? only : { at_least: of === 'all' ? all.length : Number(of), of: all }
  return { label, need }
}

/** What is sent, and what is still missing, each a sentence. */
export function readDraft(draft: PolicyDraft): { readonly body: object; readonly missing: readonly string[] } {
  const missing: string[] = []
  if (!/^[a-z0-9-]{1,60}$/.test(draft.name)) missing.push('A name of lower-case letters, digits and dashes.')
  if (draft.title.trim() === '') missing.push('A title.')
  for (const [at, stage] of draft.stages.entries()) {
    if (stage.label.trim() === '') missing.push(`A name for stage ${at + 1}.`)
    for (const group of stage.confirm ? [] : stage.groups) {
      if (group.relation === 'team_approvers' && !group.team) missing.push(`The team of a group in stage ${at + 1}.`)
      if (group.relation === 'person' && !group.person) missing.push(`The person of a group in stage ${at + 1}.`)
      if (!/^[1-9]$/.test(group.approvals)) missing.push(`How many people, 1 to 9, in stage ${at + 1}.`)
    }
  }
  const stages = draft.json === null ? draft.stages.map(stageOf) : parsed(draft.json)
  if (stages === null) missing.push('Stages that can be read as JSON.')
  return { body: { title: draft.title.trim(), stages: stages ?? [], rejects: Number(draft.rejects) || 1 }, missing }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
