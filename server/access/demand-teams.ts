import type { RoleAssignment } from '@/lib/access/permission'
import { Refused } from '@/lib/kernel/problem'
import { existingTeams } from './invitation-store'

/** Refuses roles in teams that are not there. @throws Refused `request.invalid` */
export async function demandTeams(
  tx: Parameters<typeof existingTeams>[0],
  roles: readonly RoleAssignment[],
): Promise<void> {
  const there = await existingTeams(
    tx,
    roles.flatMap(one => one.team_id ?? []),
  )
  const missing = roles.findIndex(one => one.team_id !== null && !there.has(one.team_id))
  if (missing >= 0)
    throw new Refused('request.invalid', undefined, {
      errors: [{ pointer: `/roles/${missing}/team_id`, message: 'No such team' }],
    })
}
