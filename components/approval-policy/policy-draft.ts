import { z } from 'zod'
import { roles } from '@/lib/access/permission'
import { stageContract } from '@/lib/approval-policy/contract'
import type { ApprovalPolicyItem } from './approval-policies'

/** Whom a place asks, as a form holds it. `team`, `role` and `person` count where the relation asks for them. */
export interface AskedDraft {
  readonly key: number
  readonly relation: string
  readonly team: string
  readonly role: string
  readonly person: string
}

/** So many people, each one of these. */
export interface GroupDraft {
  readonly key: number
  readonly approvals: string
  readonly who: readonly AskedDraft[]
}

/** Groups that stand together in a stage; `of` is how many of them agree: `all` or a number. */
export interface SetDraft {
  readonly key: number
  readonly of: string
  readonly groups: readonly GroupDraft[]
}

export type PartDraft = GroupDraft | SetDraft

export const isSet = (part: PartDraft): part is SetDraft => 'groups' in part

export interface StageDraft {
  readonly key: number
  readonly label: string
  readonly confirm: boolean
  readonly of: string
  readonly parts: readonly PartDraft[]
}

export interface PolicyDraft {
  readonly name: string
  readonly title: string
  readonly rejects: string
  readonly note: string
  readonly stages: readonly StageDraft[]
  /** Stages as text, for whoever asks for it instead of the form; null: the form. */
  readonly json: string | null
}

/** Whom a group may be, in the words of a form. */
export const relations = [
  { value: 'agent_team', label: 'Approvers of the agent’s team' },
  { value: 'resource_team', label: 'Approvers of the team that owns the resource' },
  { value: 'resource_owner', label: 'The owner of the resource' },
  { value: 'manager_of_acting_for', label: 'The manager of whoever it is for' },
  { value: 'team_approvers', label: 'Approvers of one team' },
  { value: 'role', label: 'People with a role' },
  { value: 'any_approver', label: 'Any approver' },
  { value: 'governing', label: 'Administrators and governors' },
  { value: 'person', label: 'One person' },
] as const

let last = 0
export const emptyAsked = (): AskedDraft => ({
  key: ++last,
  relation: 'agent_team',
  team: '',
  role: roles[2],
  person: '',
})
export const emptyGroup = (): GroupDraft => ({ key: ++last, approvals: '1', who: [emptyAsked()] })
export const emptySet = (): SetDraft => ({ key: ++last, of: '1', groups: [emptyGroup(), emptyGroup()] })
export const emptyStage = (): StageDraft => ({
  key: ++last,
  label: '',
  confirm: false,
  of: 'all',
  parts: [emptyGroup()],
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

const groupDraft = ({ approvals, who }: Group): GroupDraft => ({
  key: ++last,
  approvals: String(approvals),
  who: who.map(asked => ({
    ...emptyAsked(),
    relation: asked.relation,
    ...('team_id' in asked ? { team: asked.team_id ?? '' } : {}),
    ...('role' in asked ? { role: asked.role } : {}),
    ...('person_id' in asked ? { person: asked.person_id } : {}),
  })),
})

const ofDraft = ({ at_least, of }: { readonly at_least: number; readonly of: readonly unknown[] }) =>
  at_least === of.length ? 'all' : String(at_least)

function stageDraft(stage: Stages[number]): StageDraft {
  if ('confirm' in stage) return { ...emptyStage(), label: stage.label, confirm: true }
  const { need, label } = stage
  if (!('of' in need)) return { ...emptyStage(), label, parts: [groupDraft(need)] }
  const parts = need.of.map(part =>
    'of' in part ? { key: ++last, of: ofDraft(part), groups: part.of.map(groupDraft) } : groupDraft(part),
  )
  return { ...emptyStage(), label, of: ofDraft(need), parts }
}

/** A policy in force, to be changed. */
export const draftOf = ({ name, title, rejects, stages }: ApprovalPolicyItem): PolicyDraft => ({
  ...emptyPolicy(),
  name,
  title,
  rejects: String(rejects),
  stages: stages.map(stageDraft),
})

/** The stages of a text, as the form holds them; null where it does not say any. */
export function stagesIn(json: string): readonly StageDraft[] | null {
  const read = z.array(stageContract).min(1).safeParse(parsed(json))
  return read.success ? read.data.map(stageDraft) : null
}

/** The stages of a form as text. */
export const textOf = (stages: readonly StageDraft[]): string => JSON.stringify(stages.map(stageOf), null, 2)

function askedOf({ relation, team, role, person }: AskedDraft) {
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

const groupOf = ({ approvals, who }: GroupDraft) => ({ approvals: Number(approvals) || 0, who: who.map(askedOf) })

/** One of them alone needs no count of them. */
function together<T>(of: string, all: readonly T[]): T | { at_least: number; of: readonly T[] } {
  const [only] = all
  return all.length === 1 && only ? only : { at_least: of === 'all' ? all.length : Number(of), of: all }
}

function stageOf({ label, confirm, of, parts }: StageDraft) {
  if (confirm) return { label, confirm: true }
  return {
    label,
    need: together<object>(
      of,
      parts.map(part => (isSet(part) ? together(part.of, part.groups.map(groupOf)) : groupOf(part))),
    ),
  }
}

function missingIn({ label, confirm, parts }: StageDraft, at: number): string[] {
  const missing: string[] = []
  if (label.trim() === '') missing.push(`A name for stage ${at}.`)
  for (const { approvals, who } of confirm ? [] : parts.flatMap(part => (isSet(part) ? part.groups : [part]))) {
    for (const { relation, team, person } of who) {
      if (relation === 'team_approvers' && !team) missing.push(`The team of a group in stage ${at}.`)
      if (relation === 'person' && !person) missing.push(`The person of a group in stage ${at}.`)
    }
    if (!/^[1-9]$/.test(approvals)) missing.push(`How many people, 1 to 9, in stage ${at}.`)
  }
  return missing
}

/** What rules may call one. */
export const isName = (name: string): boolean => /^[a-z0-9-]{1,60}$/.test(name)

/** What is sent, and what is still missing, each a sentence. */
export function readDraft(draft: PolicyDraft): { readonly body: object; readonly missing: readonly string[] } {
  const missing: string[] = []
  if (!isName(draft.name)) missing.push('A name of lower-case letters, digits and dashes.')
  if (draft.title.trim() === '') missing.push('A title.')
  const drafts = draft.json === null ? draft.stages : stagesIn(draft.json)
  if (drafts === null) missing.push('Stages that can be read as JSON.')
  else missing.push(...drafts.flatMap((stage, at) => missingIn(stage, at + 1)))
  const stages = (drafts ?? []).map(stageOf)
  return { body: { title: draft.title.trim(), stages, rejects: Number(draft.rejects) || 1 }, missing }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
