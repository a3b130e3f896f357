import { hash } from 'node:crypto'
import { type AccessRequest, saidWith } from '@/lib/authzen/access-request'
import { boundTo, membersKept } from '@/lib/authzen/question'
import { handleEnds, taskIdOf } from '@/lib/authzen/task'
import { canonical } from '@/lib/kernel/canonical'
import { isId } from '@/lib/kernel/id'
import { Refused } from '@/lib/kernel/problem'
import { type ActionRow, readActions } from '@/server/action/store'
import type { KnownAgent } from '@/server/agent/authenticate'
import { readContent, saveContent } from '@/server/db/content-store'
import { clock } from '@/server/db/guard'
import { record } from '@/server/db/record'
import { reader, transact } from '@/server/db/tx'
import { submissionIn } from '@/server/gate/again'
import type { Served } from '@/server/gate/served'
import { type Accepted, accept, accepted, questionIn } from './store'
import { bindingHash, readBinding } from './tokens'

const unbound = (detail: string) => new Refused('access_request.invalid_denial_binding', detail)

/** The caller's own action that was asked for here; undefined for anything else, which nobody learns of. */
export async function ownAction(app: Served, by: KnownAgent, id: string): Promise<ActionRow | undefined> {
  const [row] = isId('act', id) ? await readActions(reader(app.db.pool), [id]) : []
  return row?.agent_id === by.agent.id && questionIn(row.key) !== null ? row : undefined
}

/** The denial that a request is about, proven by its token, or by what is stored of it. */
async function denialOf(app: Served, by: KnownAgent, asked: AccessRequest, at: Date) {
  const { denial } = asked
  if (!denial) throw new Refused('access_request.not_requestable', 'This request names no denial.')
  if (denial.expires_at === undefined) throw unbound('The denial has no expires_at.')
  if (denial.binding_token !== undefined) {
    const claims = await readBinding(app, denial.binding_token, at)
    if (!claims) throw unbound('The binding_token is none of ours.')
    if (claims.denial_expires_at !== denial.expires_at)
      throw unbound('The denial’s expires_at is not the one it came with.')
    const row = await ownAction(app, by, claims.evaluation_id)
    if (!row || bindingHash(asked, claims.binding_context_members) !== claims.binding_hash)
      throw unbound('The binding_token was issued for something else.')
    return { row, expires: new Date(claims.exp * 1_000), binding: 'token' as const }
  }
  if (denial.evaluation_id === undefined) throw unbound('The denial has neither binding_token nor evaluation_id.')
  const row = await ownAction(app, by, denial.evaluation_id)
  if (!row) throw unbound('There is no such evaluation.')
  const content = (await readContent(reader(app.db.pool), app.vault, [row.id])).get(row.id)?.parts.get('body')
  const members = content === undefined ? undefined : membersKept(submissionIn(content), asked.subject)
  if (hash('sha256', boundTo(asked, members), 'base64url') !== questionIn(row.key))
    throw unbound('Subject, resource, action or context are not those of the evaluation.')
  return { row, expires: null, binding: 'reference' as const }
}

/** @throws Refused access_request.duplicate_request */
function same(before: Accepted, body: Buffer): string {
  if (!before.body_digest.equals(body)) throw new Refused('access_request.duplicate_request')
  return before.action_id
}

/**
 * Accepts an access request: the people were asked when the question was, so that it finds what waits already, or how that
 * ended. What is said with it is sealed with the action, and the log tells that it came; the same request again changes nothing.
 * @returns the action's id
 * @throws Refused access_request.not_requestable, .invalid_denial_binding, .expired_denial, .duplicate_request
 */
export async function request(app: Served, by: KnownAgent, asked: AccessRequest, key: string | null): Promise<string> {
  const { at } = await app.gate.registries.now()
  const body_digest = hash('sha256', canonical(asked), 'buffer')
  // A request without a key is known by what it says.
  const known = key ?? `body ${body_digest.toString('base64url')}`
  const before = await accepted(reader(app.db.pool), by.agent.id, known)
  if (before) return same(before, body_digest)
  const { row, expires, binding } = await denialOf(app, by, asked, at)
  const { answer } = (await app.gate.read(row.id)) ?? {}
  if (!answer?.hold) throw new Refused('access_request.not_requestable', 'Nobody can be asked about this denial.')
  // What is stored counts, not what is echoed: a pause gives people their time back.
  const until = expires ?? (answer.hold.frozen_at === null ? new Date(answer.hold.expires_at) : null)
  const ends = handleEnds(answer)
  if ((until && until <= at) || answer.status === 'expired' || (answer.decision && ends && ends <= at))
    throw new Refused('access_request.expired_denial', 'The time of this denial is over. Ask the question again.')
  await transact(app.db, async tx => {
    const now = await clock(tx)
    const taken = { agent_id: by.agent.id, key: known, body_digest, action_id: row.id, created_at: now }
    if (!(await accept(tx, taken))) {
      const faster = await accepted(tx, by.agent.id, known)
      if (faster) same(faster, body_digest)
      return
    }
    const hold = row.hold_id
    // What people may have read already stays as it is.
    const kept = (await readContent(tx, app.vault, [row.id])).get(row.id)?.parts.has('access_request')
    if (!kept) await saveContent(tx, app.vault, row.id, { access_request: JSON.stringify(saidWith(asked), null, 2) })
    tx.hint('hold', hold ? [hold] : [])
    await record(tx, now, [
      {
        type: 'access.requested',
        by: { kind: 'agent', id: by.agent.id, credential_id: by.credential.id },
        subjects: [row.id, by.agent.id, ...(hold ? [hold] : [])],
        data: {
          task: taskIdOf(row.id),
          action: row.id,
          agent: by.agent.id,
          binding,
          emergency: asked.requested_access?.emergency === true,
        },
      },
    ])
  })
  return row.id
}
