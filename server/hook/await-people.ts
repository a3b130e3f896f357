import type { ActionAnswer, Submission } from '@/lib/action/contract'
import { granted } from '@/lib/gate/granted'
import { openTally } from '@/lib/grant/tally'
import type { BeforeCall } from '@/lib/hook/contract'
import { Refused } from '@/lib/kernel/problem'
import { read } from '@/server/authzen/ask'
import { reader } from '@/server/db/tx'
import { awaitGrant } from '@/server/gate/await-grant'
import { submitAndWait, submitted } from '@/server/gate/submit'
import { withdraw } from '@/server/gate/withdraw'
import { readUses } from '@/server/grant/gate-store'
import { findGrant, type GrantRow } from '@/server/grant/store'
import type { Calling } from './before-call'
import { envelopeOf, ruledNow } from './envelope'
import { claimOf, keyOf } from './store'

/** A call that waits, and what its session asks for besides. */
export interface Awaited {
  readonly action: ActionAnswer
  readonly envelope: GrantRow | null
}

/**
 * Waits until people have decided this call, or the time is up. Where its session asks for an envelope and they agree to that
 * first, what fits it is taken back and asked for once more: then nobody has to be asked about it.
 */
export async function awaitPeople(
  call: Calling,
  event: BeforeCall,
  submission: Submission,
  held: ActionAnswer,
  seconds: number,
): Promise<Awaited> {
  if (held.status !== 'held') return { action: await rest(call, held, seconds), envelope: null }
  const until = performance.now() + seconds * 1_000
  const envelope = await envelopeOf(call, event, submission)
  if (!envelope) return { action: await rest(call, held, seconds), envelope: null }
  const { action, agreed } = await first(call, held, envelope, seconds)
  // Taken back by a call like it: then people have agreed, whether that was heard of here or not.
  const now = isBack(action) ? ((await findGrant(reader(call.app.db.pool), envelope.id)) ?? agreed) : agreed
  if (now.status !== 'active' || (action.decision !== null && !isBack(action))) return { action, envelope: now }
  const anew = await within(call, event, submission, action, now)
  const left = Math.max(0, Math.floor((until - performance.now()) / 1_000))
  return { action: anew ?? (await rest(call, action, left)), envelope: now }
}

const isBack = ({ status }: ActionAnswer): boolean => status === 'cancelled'

const rest = async (call: Calling, held: ActionAnswer, seconds: number): Promise<ActionAnswer> =>
  seconds > 0 && held.decision === null ? read(call, held.id, seconds) : held

/** Whichever is decided first, the call or the envelope; both as they are then. */
async function first(call: Calling, held: ActionAnswer, envelope: GrantRow, seconds: number) {
  const open = envelope.status === 'proposed' && ['pending', 'approved'].includes(envelope.hold_status)
  // What people have refused, or what is over, is waited for by nobody.
  if (!open) return { action: envelope.status === 'active' ? held : await rest(call, held, seconds), agreed: envelope }
  const over = new AbortController()
  const signal = AbortSignal.any([call.signal, over.signal])
  const stopped = () => over.abort()
  const asked = { id: envelope.id, agent: call.by.agent.id, credential: call.by.credential.id, seconds, signal }
  const heard = awaitGrant(call.app, asked).then(
    row => {
      if (row.status === 'active') stopped()
      return row
    },
    error => {
      stopped()
      throw error
    },
  )
  const decided = read({ ...call, signal }, held.id, seconds).finally(stopped)
  const [agreed, action] = await Promise.all([heard, decided])
  return { action, agreed }
}

/** The call, allowed under the envelope in place of the one that waits; null where it does not fit. */
async function within(
  call: Calling,
  event: BeforeCall,
  submission: Submission,
  held: ActionAnswer,
  envelope: GrantRow,
): Promise<ActionAnswer | null> {
  const { app, by } = call
  if (call.signal.aborted || !(await fits(call, event, submission, envelope))) return null
  const principal = { kind: 'agent', id: by.agent.id, credential_id: by.credential.id } as const
  try {
    if (!isBack(held))
      await withdraw(app, app.gate.registries, principal, held.id, { reason: 'It goes on in the envelope.', key: null })
  } catch (error) {
    if (!(error instanceof Refused) || error.code !== 'action.decided') throw error
    // Somebody has decided it in this moment, and that stands; but not where another call like it has just taken it back.
    const now = await read(call, held.id, 0)
    if (!isBack(now)) return now
  }
  const key = keyOf(`${claimOf(event)}\n${envelope.id}`)
  const given = submitted(by.key_hash, key, JSON.stringify(submission), submission)
  return (await submitAndWait(call, given, 0)).body
}

async function fits({ app, by }: Calling, event: BeforeCall, submission: Submission, envelope: GrantRow) {
  const { at, registry } = await app.gate.registries.now()
  const { ruling, candidate } = ruledNow(registry, by, { submission, session: event.session_id, at })
  const uses = await readUses(reader(app.db.pool), [envelope.id])
  const ruled = granted(ruling, candidate, registry, openTally(uses), at)
  return ruled.is === 'decided' && ruled.status === 'allowed'
}
