import { z } from 'zod'
import type { SignedIn } from '@/lib/access/permission'
import { riskLevels } from '@/lib/gate/risk'
import { mostTogether, whyNotTogether } from '@/lib/hold/together'
import { Refused } from '@/lib/kernel/problem'
import { reader } from '@/server/db/tx'
import { readOwnViews } from '@/server/hold/review-store'
import { readHolds } from '@/server/hold/store'
import { matterOf } from './matter'
import type { Served } from './served'

/** `POST /api/console/holds/reviews`: one verdict on several holds, each by the digest of what was shown. */
export const togetherContract = z.strictObject({
  verdict: z.enum(['approve', 'reject']),
  comment: z.string().max(4_000).optional(),
  items: z
    .array(z.strictObject({ hold: z.string().max(64), digest: z.string().max(100) }))
    .min(1)
    .max(mostTogether),
})

const grave = riskLevels.indexOf('high')

/**
 * Judges whether these belong together, then reviews each by itself: what one of them is refused stops none of the others.
 * A digest pins what is decided; people, policy and time are judged in each review.
 * @throws Refused request.not_found, request.invalid, hold.mixed, hold.unseen: and then nothing was decided
 */
export async function decideTogether(
  app: Served,
  person: SignedIn,
  { verdict, comment, items }: z.infer<typeof togetherContract>,
  key: string | null,
) {
  const ids = items.map(one => one.hold)
  if (new Set(ids).size < ids.length) throw new Refused('request.invalid', 'One hold is named twice.')
  const db = reader(app.db.pool)
  const [{ at, registry }, found, seen] = await Promise.all([
    app.gate.registries.now(),
    readHolds(db, ids),
    readOwnViews(db, person.id, ids),
  ])
  const me = registry.people.find(one => one.id === person.id)
  const holds = found.filter(hold => me !== undefined && matterOf(hold, null, registry, at).visible(me))
  if (holds.length < ids.length) throw new Refused('request.not_found')
  const why = whyNotTogether(
    holds.map(hold => ({ ...hold, is_grave: hold.risk >= grave })),
    verdict,
  )
  if (why !== null) throw new Refused('hold.mixed', why)
  if (verdict === 'approve' && items.some(({ hold, digest }) => seen.get(hold) !== digest))
    throw new Refused('hold.unseen', 'The arguments of one of them have not been shown to you.')
  const refusals = await Promise.all(
    items.map(async ({ hold, digest }) => {
      try {
        const input = { verdict, digest, ...(comment ? { comment } : {}) }
        await app.gate.reviews.give({ person, hold, input, key: key === null ? null : `${key}/${hold}` })
        return null
      } catch (error) {
        if (error instanceof Refused) return error
        throw error
      }
    }),
  )
  const after = new Map((await readHolds(db, ids)).map(hold => [hold.id, hold.status]))
  return items.map(({ hold }, n) => ({ hold, status: after.get(hold) ?? 'pending', refused: refusals[n] ?? null }))
}
