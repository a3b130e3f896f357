import type { SignedIn } from '@/lib/access/permission'
import { Refused } from '@/lib/kernel/problem'
import { containWithin } from '@/server/containment/contain'
import type { Instance } from '@/server/instance'
import type { Registries } from './registry'
import { type ReviewInput, type ReviewResult, review } from './review'

/**
 * Rejects a hold and pauses its agent, in one commit, for anyone who may decide the hold.
 * @throws Refused as {@link review} does; request.invalid for a change, which no agent asked for
 */
export function rejectAndContain(
  app: Instance,
  registries: Registries,
  person: SignedIn,
  id: string,
  input: Pick<ReviewInput, 'digest' | 'comment' | 'note'> & { reason?: string | undefined },
  key: string | null,
): Promise<ReviewResult> {
  const { reason, ...words } = input
  return review(app, registries, person, id, { ...words, verdict: 'reject' }, key, async (tx, { hold, known }) => {
    if (hold.kind !== 'action' || !known)
      throw new Refused('request.invalid', 'No agent asked for this, so there is none to pause.')
    const contained = await containWithin(tx, {
      target: { type: 'agent', id: known.agent.id },
      level: 'paused',
      reason: reason ?? input.comment ?? 'Rejected and paused from the decision screen.',
      by: person.id,
    })
    return [...contained.drafts]
  })
}
