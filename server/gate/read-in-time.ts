import { readingDemanded, readingLeft, type Shown } from '@/lib/hold/reading-time'
import type { Requirement } from '@/lib/hold/requirement'
import { Refused } from '@/lib/kernel/problem'
import type { Content } from '@/server/db/content-store'
import type { ReviewRow } from '@/server/hold/review-store'

interface Known {
  readonly hold: { readonly shown_digest: string }
  readonly reviews: readonly ReviewRow[]
  readonly content: Content | undefined
  readonly shown: readonly Shown[]
}

const seconds = (ms: number) => Math.ceil(ms / 1_000)

/**
 * Those of these approvals that were given after the time that policy asks for reading; whoever gives theirs now is told how
 * much is left. An approval that was quicker than policy asks by now stays in the history and needs another person (A26).
 * @throws Refused hold.ineligible
 */
export function readInTime<A extends { readonly person_id: string; readonly verdict: string }>(
  approvals: readonly A[],
  person: string,
  requirement: Requirement,
  { hold, reviews, content, shown }: Known,
  at: Date,
): readonly A[] {
  const demanded = readingDemanded(requirement, content?.parts)
  if (demanded === null) return approvals
  const leftOf = (who: string, then: Date) => readingLeft(shown, who, hold.shown_digest, demanded, then)
  const left = leftOf(person, at)
  if (left > 0)
    throw new Refused(
      'hold.ineligible',
      `Whoever approves this must have had it before them for ${seconds(demanded)} seconds, shown to its end: ${seconds(left)} are left for you.`,
    )
  return approvals.filter(one => {
    const given = reviews.find(
      review => review.person_id === one.person_id && review.digest === hold.shown_digest && !review.voided_at,
    )
    return one.person_id === person || (given !== undefined && leftOf(one.person_id, given.created_at) === 0)
  })
}
