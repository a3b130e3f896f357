import { eligibility } from '@/lib/hold/conflict'
import { standing } from '@/lib/hold/standing'
import type { PersonId } from '@/lib/kernel/id'
import { reader } from '@/server/db/tx'
import { openPage } from '@/server/hold/list-store'
import { readReviews } from '@/server/hold/review-store'
import type { Instance } from '@/server/instance'
import { matterOf } from './matter'
import type { Registries } from './registry'
import { timed } from './settle'

const most = 200

/** How much waits that this person sees, and how much of it waits for them; counted up to 200, without reading content. */
export async function countHolds(
  app: Instance,
  registries: Registries,
  id: PersonId,
): Promise<{ open_holds: number; my_holds: number }> {
  const registry = await registries.refresh()
  const person = registry.people.find(one => one.id === id)
  if (!person) return { open_holds: 0, my_holds: 0 }
  const db = reader(app.db.pool)
  const { rows, at } = await openPage(db, {}, null, most)
  const seen = rows
    .map(hold => ({ hold, matter: matterOf(hold, null, registry, at) }))
    .filter(
      ({ hold, matter }) =>
        matter.visible(person) &&
        ['open', 'frozen'].includes(standing(timed(hold, registry), registry.containments, at).is),
    )
  const mine = seen.filter(
    ({ hold, matter }) =>
      eligibility(hold.requirement, matter.side, person, registry.people, matter.selfAllowed).may_approve,
  )
  const reviews =
    mine.length > 0
      ? await readReviews(
          db,
          mine.map(one => one.hold.id),
        )
      : []
  const done = new Set(
    reviews
      .filter(one => one.person_id === id && !one.voided_at && (one.verdict === 'approve' || one.verdict === 'reject'))
      .map(one => `${one.hold_id}/${one.digest}`),
  )
  return {
    open_holds: seen.length,
    my_holds: mine.filter(({ hold }) => !done.has(`${hold.id}/${hold.shown_digest}`)).length,
  }
}
