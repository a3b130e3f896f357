import { submissionContract } from '@/lib/action/contract'
import { meaningsIn, type Registry } from '@/lib/gate/registry'
import { canonical } from '@/lib/kernel/canonical'
import { actionDigest } from '@/lib/kernel/digest'
import { Refused } from '@/lib/kernel/problem'
import { widenings } from '@/lib/policy/narrow'
import type { Matter } from './matter'

/** The arguments as an approver changed them: only narrower than what was asked. Null when nothing differs from what is shown. */
export function changedParams(
  matter: Matter,
  body: string | undefined,
  pinned: string | undefined,
  params: Record<string, unknown>,
  registry: Registry,
): { params: Record<string, unknown>; text: string; digest: string } | null {
  if (!matter.action || body === undefined)
    throw new Refused('hold.invalid_change', 'There are no arguments to change here.')
  const submission = submissionContract.parse(JSON.parse(body))
  const meanings = meaningsIn(registry, submission.tool)
  const errors = widenings(submission.params, params, meanings)
  if (errors.length > 0) throw new Refused('hold.invalid_change', 'Changes may only narrow what was asked.', { errors })
  const text = canonical(params)
  if (text === (pinned ?? canonical(submission.params))) return null
  return {
    params,
    text,
    digest: actionDigest({ tool: submission.tool, resource: submission.resource ?? null, params }),
  }
}
