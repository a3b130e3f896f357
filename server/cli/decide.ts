import { z } from 'zod'
import * as access from '@/lib/access/answers'
import * as answers from '@/lib/hold/answers'
import { stepUpFor } from '@/lib/hold/step-up'
import { type Asking, textOf } from './asking'
import { type Call, enter, RefusedByServer } from './client'
import { Ended, exit } from './exit'
import { type Hold, holdText } from './hold-text'
import { holdId } from './holds'
import { inertLine } from './inert'

const inBrowser = ['hold.step_up_required', 'session.stale', 'session.browser_required']

/** Sends people to the page where it is done. Answers the exit code. */
export function toBrowser(asking: Asking, path: string, why: string): number {
  const url = `${asking.server}${path}`
  asking.note(why)
  asking.note(`Open     ${url}`)
  if (asking.json) asking.tell({ done: false, why, url })
  asking.open(url)
  return exit.browser
}

/** Does it; what the server wants done in the browser is opened there. */
export async function orInBrowser(asking: Asking, path: string, verb: () => Promise<number>): Promise<number> {
  try {
    return await verb()
  } catch (error) {
    if (!(error instanceof RefusedByServer) || !inBrowser.includes(error.problem.code)) throw error
    return toBrowser(asking, path, error.message)
  }
}

/** `approve`: shows it, asks, and agrees to exactly what was shown. */
export async function approve(asking: Asking): Promise<number> {
  const { call } = enter(asking)
  const hold = await find(call, asking)
  const path = `/approvals/${hold.id}`
  if (!asking.json) asking.note(holdText(hold))
  if (hold.status !== 'pending') throw new Ended(exit.no, `It is ${hold.status} already.`)
  if (!hold.me.may_approve) throw new Ended(exit.no, inertLine(hold.me.reason ?? 'You may not approve this.'))
  const me = await call(access.me, 'GET', '/me')
  const why = stepUpFor(hold, me.id)
  if (why !== null) return toBrowser(asking, path, why)
  if (textOf(asking, 'digest') === undefined) await demandYes(asking)
  return orInBrowser(asking, path, async () => {
    await call(z.null(), 'POST', `/holds/${hold.id}/views`, { digest: hold.shown_digest })
    return review(asking, call, hold, 'approve')
  })
}

/** Nobody agrees by pipe to what they have not named. @throws Ended 1, 2 */
async function demandYes(asking: Asking): Promise<void> {
  if (asking.ask === null || asking.json)
    throw new Ended(exit.misused, 'without a terminal, name what was shown: --digest sha256:… (see: holdpoint show)')
  const said = await asking.ask('\nApprove exactly this? Type yes: ')
  if (said.trim().toLowerCase() !== 'yes') throw new Ended(exit.no, 'Not approved; it still waits.')
}

/** `reject`: refuses it, with what the agent will read. */
export async function reject(asking: Asking): Promise<number> {
  const comment = textOf(asking, 'comment')?.trim()
  if (!comment) throw new Ended(exit.misused, 'reject needs --comment: it is what the agent reads')
  const { call } = enter(asking)
  const hold = await find(call, asking)
  if (hold.status !== 'pending') throw new Ended(exit.no, `It is ${hold.status} already.`)
  return orInBrowser(asking, `/approvals/${hold.id}`, () => review(asking, call, hold, 'reject'))
}

/** The hold; where a digest was named, only if that is what is shown now. @throws Ended 1 */
async function find(call: Call, asking: Asking): Promise<Hold> {
  const hold = await call(answers.hold, 'GET', `/holds/${holdId(asking.args[0])}`)
  const digest = textOf(asking, 'digest')
  if (digest !== undefined && digest !== hold.shown_digest)
    throw new Ended(exit.no, `What is shown has changed: its digest is ${hold.shown_digest} now`)
  return hold
}

async function review(asking: Asking, call: Call, hold: Hold, verdict: 'approve' | 'reject'): Promise<number> {
  const [comment, note] = [textOf(asking, 'comment')?.trim(), textOf(asking, 'note')?.trim()]
  const after = await call(answers.holdAfter, 'POST', `/holds/${hold.id}/reviews`, {
    verdict,
    digest: hold.shown_digest,
    ...(comment ? { comment } : {}),
    ...(note ? { note } : {}),
  })
  if (asking.json) asking.tell({ done: true, id: after.id, status: after.status, approvals: after.approvals })
  else if (after.status === 'pending')
    asking.out(`Noted: ${after.approvals.received} of ${after.approvals.required} approvals; it still waits.`)
  else asking.out(`${after.id} is ${after.status}.`)
  return exit.done
}
