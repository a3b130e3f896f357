import { Refused } from '@/lib/kernel/problem'
import { containWithin } from '@/server/containment/contain'
import type { Given, ReviewResult } from './review-judge'
import type { Served } from './served'

/**
 * Rejects a hold and pauses its agent, in one commit, for anyone who may decide the hold.
 * @throws Refused as {@link Reviews.give} does; request.invalid for a change, which no agent asked for
 */
export function rejectAndContain(
  app: Served,
  {
    input,
    ...given
  }: Omit<Given, 'input'> & {
    readonly input: Pick<Given['input'], 'digest' | 'comment' | 'note'> & { reason?: string | undefined }
  },
): Promise<ReviewResult> {
  const { reason, ...words } = input
  return app.gate.reviews.give({ ...given, input: { ...words, verdict: 'reject' } }, async (tx, { hold, known }) => {
    if (hold.kind !== 'action' || !known)
      throw new Refused('request.invalid', 'No agent asked for this, so there is none to pause.')
    const contained = await containWithin(tx, {
      target: { type: 'agent', id: known.agent.id },
      level: 'paused',
      reason: reason ?? input.comment ?? 'Rejected and paused from the decision screen.',
      by: given.person.id,
    })
    return contained.drafts
  })
}
