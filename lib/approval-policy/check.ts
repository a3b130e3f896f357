import { type Calendar, type Weekday, weekdays } from '@/lib/access/calendar'
import { alternativesIn, type Group, groupsOf, isConfirm, type NamedStage } from '@/lib/hold/need'
import { candidates, quorumMet } from '@/lib/hold/quorum'
import { isAmong, type Person, type Who } from '@/lib/hold/requirement'
import { type ApprovalPolicy, type Asked, withWho } from './approval-policy'

/** So many ways to meet one policy are still looked through at every decision. */
const mostWays = 64

/** What is wrong with a policy whoever there is, each a sentence. */
export function faultsOf({ stages }: Pick<ApprovalPolicy, 'stages'>): string[] {
  const asking = stages.filter(stage => !isConfirm(stage))
  const faults: string[] = []
  if (asking.length === 0) faults.push('Somebody must approve: a confirmation alone is no approval.')
  if (stages.filter(isConfirm).length > 1) faults.push('Whoever it is for confirms once.')
  if (asking.reduce((ways, stage) => ways * ('need' in stage ? alternativesIn(stage.need) : 1), 1) > mostWays)
    faults.push(`There are more than ${mostWays} ways to meet it: nobody could say what it asks.`)
  for (const stage of asking) {
    if ('need' in stage && hasTooMany(stage.need))
      faults.push(`“${stage.label}” asks for more groups to agree than it names.`)
    if ('need' in stage && groupsOf(stage.need).some(asksTooMany))
      faults.push(`“${stage.label}” asks for more people than a group of it can have.`)
  }
  return faults
}

function hasTooMany(need: Extract<NamedStage<Asked>, { need: unknown }>['need']): boolean {
  return 'of' in need && (need.at_least > need.of.length || need.of.some(hasTooMany))
}

const onePerson: readonly Asked['relation'][] = ['person', 'resource_owner', 'manager_of_acting_for']

/** Each of these is one person at most. */
const asksTooMany = ({ approvals, who }: Group<Asked>): boolean =>
  approvals > who.length && who.every(one => onePerson.includes(one.relation))

/** What of the organisation decides who could meet a policy. */
export interface Organisation {
  readonly people: readonly Person[]
  readonly teams: ReadonlyMap<string, string>
  readonly calendars: ReadonlyMap<string, Calendar>
}

/** How many people a group has today, and on which weekdays nobody of them works by their team's calendar. */
export interface GroupCount {
  /** The fewest and the most, over the teams that an agent may belong to. */
  readonly least: number
  readonly most: number
  readonly free_days: readonly Weekday[]
}

export interface Preview {
  /** By stage, by group in order; a confirmation has none. */
  readonly groups: readonly (readonly GroupCount[])[]
  /** Teams whose agents' actions nobody could approve, by name; all of them: it cannot be met at all. */
  readonly unmet_in: readonly string[]
  readonly possible: boolean
}

/** A relation as some action of this team's agents could mean it at best. */
function atBest(asked: Asked, team: string, { people, teams }: Organisation): Who[] {
  switch (asked.relation) {
    case 'agent_team':
      return [{ relation: 'team_approvers', team_id: team }]
    case 'resource_team':
      return [...teams.keys()].map(team_id => ({ relation: 'team_approvers', team_id }) as const)
    case 'resource_owner':
      return people.map(one => ({ relation: 'person', person_id: one.id }) as const)
    case 'manager_of_acting_for':
      return people.flatMap(one => (one.manager ? [{ relation: 'manager', of: one.id } as const] : []))
    default:
      return [asked]
  }
}

/** Who could meet a policy today, told before it is saved. Whoever an agent's own side is, is not known yet and not taken off. */
export function previewOf(policy: Pick<ApprovalPolicy, 'stages'>, organisation: Organisation): Preview {
  const { people, teams } = organisation
  const all = [...teams.keys()]
  const none = faultsOf(policy).length > 0
  const asking = policy.stages.flatMap(stage => (isConfirm(stage) ? [] : [stage]))
  const unmet = all.filter(team => {
    const stages = asking.map(stage => ({
      label: stage.label,
      need: withWho(stage.need, who => atBest(who, team, organisation)),
    }))
    const requirement = { stages: [], veto: true, named: [{ name: '', version: 0, stages }] }
    return none || !quorumMet(requirement, candidates(requirement, people), people)
  })
  return {
    groups: policy.stages.map(stage =>
      isConfirm(stage) ? [] : groupsOf(stage.need).map(group => countOf(group.who, organisation)),
    ),
    unmet_in: unmet.map(team => teams.get(team) ?? team),
    possible: !none && people.some(one => one.status === 'active') && unmet.length < Math.max(1, all.length),
  }
}

function countOf(asked: readonly Asked[], organisation: Organisation): GroupCount {
  const { people, teams, calendars } = organisation
  const counts = [...teams.keys()].map(team => {
    const who = asked.flatMap(one => atBest(one, team, organisation))
    const able = people.filter(person => who.some(one => isAmong(one, person, people)))
    const free = weekdays.filter(day => able.every(person => !worksOn(person, day, calendars)))
    return { count: able.length, free: able.length === 0 ? [] : free }
  })
  const all = counts.map(one => one.count)
  return {
    least: all.length === 0 ? 0 : Math.min(...all),
    most: Math.max(0, ...all),
    free_days: weekdays.filter(day => counts.some(one => one.free.includes(day))),
  }
}

/** By the calendars of the teams that they have a role in; whoever has none works whenever it is. */
function worksOn(person: Person, day: Weekday, calendars: ReadonlyMap<string, Calendar>): boolean {
  const own = person.roles.flatMap(role => (role.team_id === null ? [] : (calendars.get(role.team_id) ?? [])))
  return own.length === 0 || own.some(one => one.working_hours[day] !== undefined)
}
