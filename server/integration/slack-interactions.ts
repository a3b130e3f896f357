import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import { z } from 'zod'
import type { SignedIn } from '@/lib/access/permission'
import { channelEvent } from '@/lib/integration/events'
import { isTimely, slackSigned } from '@/lib/integration/slack'
import { isId, type PersonId } from '@/lib/kernel/id'
import { Refused } from '@/lib/kernel/problem'
import { clock } from '@/server/db/guard'
import { record } from '@/server/db/record'
import { reader, transact } from '@/server/db/tx'
import type { SentHeaders } from '@/server/gate/request-headers'
import type { Served } from '@/server/gate/served'
import { slackSecrets } from './slack'
import { decidableIn } from './slack-send'
import { findWorkspace, personOf, queueAnswer, shownIn, takeRequest, type WorkspaceRow } from './slack-store'

const pressed = z.looseObject({
  type: z.literal('block_actions'),
  team: z.looseObject({ id: z.string() }),
  user: z.looseObject({ id: z.string(), team_id: z.string().optional() }),
  actions: z
    .array(z.looseObject({ action_id: z.string(), value: z.string().optional() }))
    .min(1)
    .max(5),
})

const unsigned = () => new Refused('slack.unsigned')

/** Did this workspace's Slack send exactly this, within five minutes? (v0) @throws Refused `slack.unsigned` (X06) */
function demandSigned(secret: string, headers: SentHeaders, raw: string, at: Date): void {
  const timestamp = headers.get('x-slack-request-timestamp') ?? ''
  const given = Buffer.from(headers.get('x-slack-signature') ?? '')
  if (!isTimely(timestamp, at)) throw unsigned()
  const want = Buffer.from(`v0=${createHmac('sha256', secret).update(slackSigned(timestamp, raw)).digest('hex')}`)
  if (given.length !== want.length || !timingSafeEqual(given, want)) throw unsigned()
}

/**
 * What a person pressed in Slack. It is believed where Slack has signed it, now and for the first time; it decides where its user
 * is linked to a person, under what that person may at this moment, and only what is of low risk: the same verb as in the app
 * (A04, X06, X07). Whatever else comes decides nothing.
 * @throws Refused `request.not_found` where no workspace is connected, `slack.unsigned`, `request.invalid`
 */
export async function takeInteraction(app: Served, headers: SentHeaders, raw: string): Promise<void> {
  const db = reader(app.db.pool)
  const workspace = await findWorkspace(db)
  if (!workspace) throw new Refused('request.not_found')
  demandSigned(slackSecrets(app.vault, workspace).signing_secret, headers, raw, await clock(db))
  const said = readPressed(raw)
  const home = said.team.id === workspace.team_id && (said.user.team_id ?? said.team.id) === workspace.team_id
  const [action] = said.actions
  const verdict = action?.action_id === 'approve' || action?.action_id === 'reject' ? action.action_id : null
  const hold = action?.value ?? ''
  const person = await take(app, workspace, { raw, headers, user: home ? said.user.id : null, hold, verdict })
  if (!person || !verdict) return
  const outcome = await decide(app, person, hold, verdict)
  await transact(app.db, async tx => {
    const kind = `slack.answer.${markOf(headers, raw).toString('hex').slice(0, 24)}`
    await queueAnswer(tx, person, kind, hold, outcome, await clock(tx))
  })
}

function readPressed(raw: string): z.output<typeof pressed> {
  try {
    return pressed.parse(JSON.parse(new URLSearchParams(raw).get('payload') ?? ''))
  } catch {
    throw new Refused('request.invalid', 'This is nothing that was pressed.')
  }
}

const markOf = (headers: SentHeaders, raw: string): Buffer =>
  createHash('sha256')
    .update(`${headers.get('x-slack-request-timestamp')}.${headers.get('x-slack-signature')}.`)
    .update(raw)
    .digest()

interface Pressed {
  readonly raw: string
  readonly headers: SentHeaders
  /** Null: of another workspace than the one that is connected. */
  readonly user: string | null
  readonly hold: string
  readonly verdict: 'approve' | 'reject' | null
}

/** Takes it once, and says by whom it is, if that is known. @throws Refused `slack.unsigned` where it was taken before */
function take(app: Served, workspace: WorkspaceRow, { raw, headers, user, hold, verdict }: Pressed) {
  return transact(app.db, async (tx): Promise<PersonId | null> => {
    const at = await clock(tx)
    if (!(await takeRequest(tx, markOf(headers, raw), at))) throw unsigned()
    const person = user === null ? null : await personOf(tx, workspace.id, user)
    if (!person || !verdict || !isId('hld', hold)) return null
    const by = { kind: 'person', id: person } as const
    await record(tx, at, [channelEvent('slack.pressed', by, [hold, person], { person_id: person, hold, verdict })])
    return person
  })
}

/** The linked person as they stand now. They have given no password, and are never fresh. */
async function standing(app: Served, id: PersonId): Promise<SignedIn | null> {
  const person = (await app.gate.registries.refresh()).people.find(one => one.id === id)
  if (person?.status !== 'active') return null
  const { name, email, roles } = person
  return { id, name, email, roles, sign_in_id: 'slack', signed_in_at: new Date(0), token: { read_only: false } }
}

interface Outcome {
  readonly say: string
  readonly decided: boolean
}

/** Gives the verdict as the app would, on what was shown there. What refuses it is said, with the page to open. */
async function decide(app: Served, id: PersonId, hold: string, verdict: 'approve' | 'reject'): Promise<Outcome> {
  const no = (say: string): Outcome => ({ say: `${say} Nothing was decided.`, decided: false })
  const person = await standing(app, id)
  const [matter, shown] = person
    ? await Promise.all([decidableIn(app, id, hold), shownIn(reader(app.db.pool), hold, id)])
    : [null, null]
  if (!person || !matter || !shown) return no('This is not yours to decide.')
  if (matter.shown.status === 'pending' && matter.shown.may_decide && !matter.decidable)
    return no('This is decided on its page, where you can be asked for more.')
  try {
    const input = { verdict, digest: shown.shown_digest }
    await app.gate.reviews.give({ person, hold, input, key: `slack:${hold}:${verdict}` })
    return { say: verdict === 'approve' ? 'You approved this.' : 'You rejected this.', decided: true }
  } catch (error) {
    if (error instanceof Refused && error.status < 500) return no(`${error.message}.`.replace('..', '.'))
    throw error
  }
}
