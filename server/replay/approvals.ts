import { z } from 'zod'
import { roles } from '@/lib/access/permission'
import type { ApprovalPolicy } from '@/lib/approval-policy/approval-policy'
import { stageContract } from '@/lib/approval-policy/contract'
import type { Person } from '@/lib/hold/requirement'
import { isId } from '@/lib/kernel/id'
import { newId } from '@/server/db/id'

const file = z.object({
  items: z.array(z.object({ name: z.string(), title: z.string(), stages: z.array(stageContract), rejects: z.int() })),
})

/** Approval policies as `GET /api/console/approval-policies` answers them; whatever else it says of each is read over. */
export const approvalsIn = (text: string): ApprovalPolicy[] =>
  file.parse(JSON.parse(text)).items.map(one => ({ ...one, version: 1 }))

/** So many people stand in each group that is asked: nine is the most that one may ask. */
const each = 9

/** People and teams by whom these policies can be met: as many as a group may ask of every team, role and name in them. */
export function peopleFor(policies: readonly ApprovalPolicy[]): {
  readonly people: readonly Person[]
  readonly teams: readonly `tea_${string}`[]
} {
  const named = [...JSON.stringify(policies.map(one => one.stages)).matchAll(/"((?:tea|usr)_[0-9A-Z]{26})"/g)]
  const ids = [...new Set(named.map(([, id = '']) => id))]
  const teams = ids.flatMap(id => (isId('tea', id) ? [id] : []))
  const person = (id: Person['id'], held: Person['roles']): Person => {
    return { id, name: id, email: `${id.toLowerCase()}@replay.example`, status: 'active', roles: held }
  }
  const several = (held: Person['roles']) => Array.from({ length: each }, () => person(newId('usr'), held))
  const places = policies.length === 0 ? [] : [null, ...teams]
  return {
    teams,
    people: [
      ...ids.flatMap(id => (isId('usr', id) ? [person(id, [])] : [])),
      ...places.flatMap(team_id => roles.flatMap(role => several([{ role, team_id }]))),
    ],
  }
}
