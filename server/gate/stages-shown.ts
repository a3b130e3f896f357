import { needWords } from '@/lib/approval-policy/words'
import type { Registry } from '@/lib/gate/registry'
import { eligibility } from '@/lib/hold/conflict'
import { groupsOf, isConfirm } from '@/lib/hold/need'
import { notYet, turnsOf } from '@/lib/hold/quorum'
import { isAmong, isConfirmer, type Person, type Who } from '@/lib/hold/requirement'
import { approversNow } from './approvers-now'
import type { Drawn } from './hold-page'

/** Those whose yes counts right now, of what is shown. */
function saidYes({ hold, reviews, matter }: Pick<Drawn, 'hold' | 'reviews' | 'matter'>, registry: Registry): Person[] {
  const live = reviews.filter(one => !one.voided_at && one.digest === hold.shown_digest)
  return approversNow(live, registry.people, hold.requirement, matter)
}

/** Why this person has to wait for others first; null where it is their turn, or never is. */
export function waitsFor(
  drawn: Pick<Drawn, 'hold' | 'reviews' | 'matter'>,
  registry: Registry,
  person: Person,
): string | null {
  const { requirement } = drawn.hold
  return requirement.named ? notYet(requirement, person, saidYes(drawn, registry), registry.people) : null
}

/** The approval policies that a hold needs: where each stage stands, and who may still fill it. */
export function stagesShown(
  drawn: Pick<Drawn, 'hold' | 'reviews' | 'matter'>,
  registry: Registry,
  label: (who: Who) => string,
) {
  const { hold, matter } = drawn
  const { requirement } = hold
  const { people } = registry
  const yes = saidYes(drawn, registry)
  const ended = hold.status === 'approved' || hold.status === 'applied'
  const added = new Set<string>(requirement.added ?? [])
  const left = people.filter(
    one => !yes.includes(one) && eligibility(requirement, matter.side, one, people, matter.selfAllowed).may_approve,
  )
  return (requirement.named ?? []).map(part => {
    const turns = turnsOf(part, requirement, yes, people)
    return {
      name: part.name,
      title: registry.approvalPolicies.get(part.name)?.title ?? part.name,
      version: part.version,
      stages: part.stages.map((stage, at) => {
        const who = isConfirm(stage) ? stage.who : groupsOf(stage.need).flatMap(group => group.who)
        const confirms = isConfirm(stage)
        const asked = left.filter(
          one =>
            isConfirmer(requirement, one, people) === confirms &&
            ((!confirms && added.has(one.id)) || who.some(each => isAmong(each, one, people))),
        )
        return {
          label: stage.label,
          kind: confirms ? ('confirm' as const) : ('approve' as const),
          turn: ended ? ('met' as const) : (turns[at] ?? 'later'),
          sentence: isConfirm(stage)
            ? `${stage.who.map(label).join(' or ') || 'nobody'}: says that it is for them`
            : needWords(stage.need, label),
          open_to: asked.slice(0, 20).map(one => ({ id: one.id, name: one.name })),
        }
      }),
    }
  })
}
