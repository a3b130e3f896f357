import type { SignedIn } from '@/lib/access/permission'
import { risks } from '@/lib/escalation/contract'
import { defaultPolicy, type EscalationPolicy, type Level, type Target } from '@/lib/escalation/policy'
import { etagOf } from '@/lib/kernel/etag'
import { Refused } from '@/lib/kernel/problem'
import { loadTeams } from '@/server/access/organisation-store'
import { loadPeople, type RegisteredPerson } from '@/server/access/registry-store'
import { reader } from '@/server/db/tx'
import type { Instance } from '@/server/instance'
import { listSchedules } from '@/server/on-call/store'
import { mayWrite } from './policies'
import { loadPolicies, type PolicyRow } from './store'

/** What ids are called. */
interface Names {
  readonly people: readonly Pick<RegisteredPerson, 'id' | 'name'>[]
  readonly teams: ReadonlyMap<string, string>
  readonly schedules: readonly { readonly id: string; readonly name: string }[]
}

/** Whom a target means, in words. */
function labelOf(target: Target, names: Names): string {
  switch (target.kind) {
    case 'approvers':
      return 'Everybody who may decide it'
    case 'owner':
      return 'The agent’s owner'
    case 'backup':
      return 'The agent’s backup owner'
    case 'team':
      return `Approvers of ${names.teams.get(target.team_id) ?? 'a team that is gone'}`
    case 'role': {
      const where =
        target.team_id === null ? 'of the organisation' : `of ${names.teams.get(target.team_id) ?? 'a team'}`
      return `Every ${target.role} ${where}`
    }
    case 'on_call':
      return `On call: ${names.schedules.find(one => one.id === target.schedule_id)?.name ?? 'a schedule that is gone'}`
    case 'person':
      return names.people.find(one => one.id === target.person_id)?.name ?? 'somebody who is gone'
  }
}

const shownLevel = (level: Level, names: Names) => ({
  ...level,
  channels: [...level.channels],
  who: [...level.who],
  labels: level.who.map(who => labelOf(who, names)),
})

function shown(policy: EscalationPolicy, row: PolicyRow | null, names: Names, may: boolean) {
  const nameOf = (id: string) => ({ id, name: names.people.find(one => one.id === id)?.name ?? null })
  return {
    id: policy.id,
    name: policy.name,
    team_id: policy.team_id,
    team: policy.team_id === null ? null : { id: policy.team_id, name: names.teams.get(policy.team_id) ?? null },
    min_risk: risks[policy.min_risk] ?? 'low',
    calendar: policy.calendar,
    reminders: [...policy.reminders],
    levels: policy.levels.map(level => shownLevel(level, names)),
    written_by: row && nameOf(row.written_by),
    written_at: row?.written_at ?? null,
    may_change: may,
    etag: row && etagOf(row.version),
  }
}

/** Every policy, the organisation's first, and what counts where none fits. */
export async function showPolicies(app: Pick<Instance, 'db'>, person: SignedIn) {
  const db = reader(app.db.pool)
  const [policies, people, teams, schedules] = await Promise.all([
    loadPolicies(db),
    loadPeople(db),
    loadTeams(db),
    listSchedules(db),
  ])
  const names = { people, teams, schedules }
  return {
    items: policies.map(one => shown(one, one, names, mayWrite(person, one.team_id))),
    next_cursor: null,
    standard: shown(defaultPolicy, null, names, false),
    may_add: person.roles.some(held => mayWrite(person, held.team_id)),
  }
}

/** @throws Refused `request.not_found` */
export async function showPolicy(app: Pick<Instance, 'db'>, person: SignedIn, id: string) {
  const found = (await showPolicies(app, person)).items.find(one => one.id === id)
  if (!found) throw new Refused('request.not_found')
  return found
}
