import type { SignedIn } from '@/lib/access/permission'
import { inForce } from '@/lib/containment/containment'
import { factsOf } from '@/lib/gate/facts-of'
import { type Registry, reachOf } from '@/lib/gate/registry'
import { requirementFor } from '@/lib/gate/requirement-for'
import { eligibility } from '@/lib/hold/conflict'
import { type Limits, latestEnd } from '@/lib/hold/extension'
import { expiresAt, standing } from '@/lib/hold/standing'
import { isId } from '@/lib/kernel/id'
import { Refused } from '@/lib/kernel/problem'
import { judge } from '@/lib/policy/judge'
import { type ActionRow, lockActions } from '@/server/action/store'
import { readContent } from '@/server/db/content-store'
import { guardShared } from '@/server/db/guard'
import { record } from '@/server/db/record'
import { transact } from '@/server/db/tx'
import { extendHold, type HoldRow, lockHolds } from '@/server/hold/store'
import type { Instance } from '@/server/instance'
import { again } from './again'
import { closed } from './closed'
import type { Drawn } from './hold-page'
import { matterOf } from './matter'
import type { Registries } from './registry'
import { present, settled, timed } from './settle'

/** What limits the time of this hold by the rules of today. @throws Refused hold.not_extendable: today's rules deny it */
function limitsNow(action: ActionRow, body: string | undefined, registry: Registry, at: Date): Limits {
  const rejudged = again(action, body, null, registry, at)
  if (!rejudged) throw new Refused('hold.not_extendable', 'What was asked has been erased.')
  const { known, candidate, submission } = rejudged
  const contained = inForce(registry.containments, reachOf(known, { ...action, instance: action.instance }))
  const facts = factsOf(candidate, { calendar: registry.calendars.get(known.team), contained, observing: false }, at)
  const judgement = judge(registry.policy, facts)
  if (judgement.effect === 'deny')
    throw new Refused('hold.not_extendable', 'The rules of today deny this, so waiting longer is of no use.')
  const asked = requirementFor(judgement, candidate, contained?.level === 'guarded', registry)
  return { policy: asked?.seconds ?? null, agent: submission.deadline_seconds ?? null }
}

/**
 * Somebody who may decide this gives it more time: `until` is when it is to end. Never after its end, never longer than
 * policy, the agent's own deadline and seven days allow. The same `until` again changes nothing.
 * @throws Refused request.not_found, hold.closed, hold.frozen, hold.ineligible, hold.not_extendable
 */
export async function extend(
  app: Instance,
  registries: Registries,
  person: SignedIn,
  id: string,
  until: Date,
): Promise<void> {
  if (!isId('hld', id)) throw new Refused('request.not_found')
  const outcome = await transact(app.db, async tx => {
    const [hold] = await lockHolds(tx, [id])
    const [action] = hold?.action_id ? await lockActions(tx, [hold.action_id]) : []
    await guardShared(tx)
    const { at, registry } = await present(tx, registries)
    const me = registry.people.find(one => one.id === person.id)
    if (!hold || !me) throw new Refused('request.not_found')
    const matter = matterOf(hold, action ?? null, registry, at)
    if (!matter.visible(me)) throw new Refused('request.not_found')
    const now = standing(timed(hold, registry), registry.containments, at)
    if (now.is === 'over') return 'over'
    if (now.is === 'closed') throw closed(hold)
    const mine = eligibility(hold.requirement, matter.side, me, registry.people, matter.selfAllowed)
    if (!mine.may_approve) throw new Refused('hold.ineligible', mine.reason ?? undefined)
    if (!action) throw new Refused('hold.not_extendable', 'Only what an agent asks is given more time.')
    if (now.is === 'frozen')
      throw new Refused('hold.frozen', 'A pause has frozen this: it gets its time back once the pause is lifted.')
    const moved = movedBy(hold, now.expires_at, until)
    if (moved.getTime() === hold.expires_at.getTime()) return 'done'
    const body = (await readContent(tx, app.vault, [action.id])).get(action.id)?.parts.get('body')
    const latest = latestEnd(hold, limitsNow(action, body, registry, at))
    if (moved < hold.expires_at) throw new Refused('hold.not_extendable', 'It ends later than that already.')
    if (moved > latest)
      throw new Refused('hold.not_extendable', `It may wait until ${latest.toISOString()} and no longer.`)
    const due = expiresAt({ ...timed(hold, registry), expires_at: moved }, registry.containments, at)
    if (!(await extendHold(tx, id, moved, due))) throw closed(hold)
    tx.hint('hold', [id])
    tx.hint('action', [action.id])
    await record(tx, at, [
      {
        type: 'hold.extended',
        by: { kind: 'person', id: person.id },
        subjects: [id, action.id, action.agent_id],
        data: { hold: id, from: hold.expires_at.toISOString(), expires_at: moved.toISOString() },
      },
    ])
    return 'done'
  })
  if (outcome === 'done') return
  throw closed(await settled(app, registries, id))
}

/** The stored end that makes it really end at `until`: what pauses gave back stays given. */
function movedBy(hold: HoldRow, ends: Date, until: Date): Date {
  return new Date(hold.expires_at.getTime() + until.getTime() - ends.getTime())
}

/** Until when this person may let it wait at most; null where they cannot give it any more time. ISO 8601. */
export function extendableUntil(
  { hold, action, content }: Pick<Drawn, 'hold' | 'action' | 'content'>,
  may: boolean,
  registry: Registry,
  at: Date,
): string | null {
  const clock = timed(hold, registry)
  if (!may || !action || standing(clock, registry.containments, at).is !== 'open') return null
  try {
    const latest = latestEnd(hold, limitsNow(action, content?.parts.get('body'), registry, at))
    if (latest <= hold.expires_at) return null
    const given = expiresAt(clock, registry.containments, at).getTime() - hold.expires_at.getTime()
    return new Date(latest.getTime() + given).toISOString()
  } catch (error) {
    if (error instanceof Refused) return null
    throw error
  }
}
