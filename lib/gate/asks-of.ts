import { roles } from '@/lib/access/permission'
import { circumstancesOf, requirementOf } from '@/lib/approval-policy/approval-policy'
import { askedWords } from '@/lib/approval-policy/words'
import { isConfirm } from '@/lib/hold/need'
import { candidates, quorumMet } from '@/lib/hold/quorum'
import { type Stage, type Who, waysOf } from '@/lib/hold/requirement'
import { isId } from '@/lib/kernel/id'
import type { AsksOf } from '@/lib/policy/proof-effect'
import type { Registry } from './registry'
import { unapprovable } from './requirement-for'

/**
 * Whom approval policies would ask, as they stand, with the people of today: the fewest who would be enough, and whoever
 * confirms. Four eyes may take some of them away; whose side asks is not looked at.
 */
export function asksOf(registry: Pick<Registry, 'approvalPolicies' | 'people' | 'teams'>): AsksOf {
  const known = new Map<string, ReturnType<AsksOf>>()
  return (name, { team, resource_team = null, acting_for = null }, owner = null) => {
    const key = JSON.stringify([name, team, resource_team, owner, acting_for])
    const found = known.get(key) ?? asked(name, { team, owning_team: resource_team, owner, acting_for }, registry)
    known.set(key, found)
    return found
  }
}

function asked(
  name: string,
  action: Parameters<typeof circumstancesOf>[0],
  { approvalPolicies, people, teams }: Pick<Registry, 'approvalPolicies' | 'people' | 'teams'>,
): ReturnType<AsksOf> {
  const policy = approvalPolicies.get(name)
  if (!policy) return `This needs approval by “${name}”, and there is no approval policy of that name.`
  const requirement = requirementOf(policy, circumstancesOf(action, { people, teams }))
  if (!quorumMet(requirement, candidates(requirement, people), people)) return unapprovable(requirement)
  const total = (way: readonly Stage[]) => way.reduce((sum, stage) => sum + stage.approvals, 0)
  const able = (way: readonly Stage[]) => quorumMet({ stages: way, veto: true }, people, people)
  const [way = []] = waysOf(requirement)
    .flat()
    .filter(able)
    .sort((a, b) => total(a) - total(b))
  const confirming = (requirement.named ?? []).flatMap(part =>
    part.stages.flatMap(stage => (isConfirm(stage) ? [{ approvals: 1, who: stage.who }] : [])),
  )
  return new Map([...way, ...confirming].map(({ approvals, who }) => [who.map(groupOf).join(' + '), approvals]))
}

/** A relation as a forecast writes it: `relation|id`. */
function groupOf(who: Who): string {
  switch (who.relation) {
    case 'team_approvers':
      return `team_approvers|${who.team_id}`
    case 'role':
      return `role|${who.team_id ?? ''}|${who.role}`
    case 'person':
    case 'acted_for':
      return `person|${who.person_id}`
    case 'manager':
      return `manager|${who.of}`
    default:
      return `${who.relation}|`
  }
}

/** The people whom a group of a forecast means, as rules and approval policies write it. */
export function groupWho(group: string): Who[] {
  return group.split(' + ').flatMap((one): Who[] => {
    const [relation = '', id = '', role = ''] = one.split('|')
    switch (relation) {
      case 'team_approvers':
        return [{ relation, team_id: id }]
      case 'any_approver':
        return [{ relation }]
      case 'governing':
      case 'classifiers':
        return [{ relation: 'governing' }]
      case 'role':
        return roles.flatMap(known => (known === role ? [{ relation, role: known, team_id: id || null } as const] : []))
      case 'person':
        return isId('usr', id) ? [{ relation, person_id: id }] : []
      case 'manager':
        return isId('usr', id) ? [{ relation, of: id }] : []
      default:
        return []
    }
  })
}

/** What people call such a group. */
export function groupWords(group: string, { people, teams }: Pick<Registry, 'people' | 'teams'>): string {
  if (group === 'classifiers|') return 'who may classify'
  if (group === 'governing|') return 'who governs'
  const person = (id: string) => people.find(one => one.id === id)?.name ?? id
  const names = { team: (id: string) => teams.get(id) ?? id, person }
  const words = groupWho(group).map(who => {
    if (who.relation === 'manager') return `the manager of ${person(who.of)}`
    return who.relation === 'acted_for' || who.relation === 'owner' ? who.relation : askedWords(who, names)
  })
  return words.join(' or ') || group
}
