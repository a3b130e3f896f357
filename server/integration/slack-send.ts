import { z } from 'zod'
import { passkeyChangeIn, passkeyNotice } from '@/lib/access/passkey-notice'
import { riskLevels } from '@/lib/gate/risk'
import { stepUpFor } from '@/lib/hold/step-up'
import { slackDecided, slackMessage } from '@/lib/integration/slack'
import type { PersonId } from '@/lib/kernel/id'
import { Refused } from '@/lib/kernel/problem'
import { clock } from '@/server/db/guard'
import { reader, transact } from '@/server/db/tx'
import { readHold } from '@/server/gate/hold-detail'
import type { Served } from '@/server/gate/served'
import { type Due, GivenUp, noticeId, noticeOf } from './notice'
import { slackSecrets } from './slack'
import { callSlack } from './slack-api'
import { findWorkspace, type LinkRow, linkOf, noteShown, shownIn } from './slack-store'

const posted = z.looseObject({ channel: z.string(), ts: z.string() })
const answered = z.object({ say: z.string(), decided: z.boolean() })

/** The linked account of a message, with what writes to it. @throws GivenUp where there is none any more */
async function accountOf(app: Served, destination: string): Promise<{ link: LinkRow; token: string }> {
  const db = reader(app.db.background)
  const workspace = await findWorkspace(db)
  if (!workspace) throw new GivenUp('No Slack workspace is connected any more.')
  const link = await linkOf(db, workspace.id, destination.slice('slack:'.length))
  if (!link?.linked_at) throw new GivenUp('This person has linked no Slack account any more.')
  return { link, token: slackSecrets(app.vault, workspace).token }
}

/** What of a hold may be decided in Slack by whom; null: nothing, or it is not theirs to see. */
export async function decidableIn(app: Served, person: PersonId, hold: string) {
  try {
    const shown = await readHold(app, person, hold)
    const plain = shown.risk.level === 'low' && stepUpFor(shown, person) === null
    return { shown, decidable: plain && shown.may_decide }
  } catch (error) {
    if (error instanceof Refused) return null
    throw error
  }
}

/** Slack shows it to nobody; who reads messages by its API knows one that was sent twice. */
const named = (row: Due) => ({ event_type: 'holdpoint_notice', event_payload: { id: noticeId(row) } })

/** Sends one message of the outbox to the linked account. False: it is not worth sending any more. */
export async function sendSlack(app: Served, row: Due): Promise<boolean> {
  const { link, token } = await accountOf(app, row.destination)
  if (row.kind.startsWith('slack.answer.')) return sendAnswer(app, row, link, token)
  const channel = link.slack_user_id
  if (row.kind === 'channel.test') {
    const text = 'This tells of nothing: Slack messages arrive.'
    await callSlack(app, token, 'chat.postMessage', { channel, text, parse: 'none' })
    return true
  }
  const change = passkeyChangeIn(row)
  if (change) {
    const { text, todo } = passkeyNotice(change)
    const told = slackDecided(`${text} ${todo}`, `${app.config.url}/settings/passkeys`)
    await callSlack(app, token, 'chat.postMessage', { channel, ...told, metadata: named(row) })
    return true
  }
  const notice = await noticeOf(app, row)
  if (!notice) return false
  const { hold } = notice
  const seen = await decidableIn(app, link.person_id, hold.id)
  const message = slackMessage({
    ...notice,
    risk: riskLevels[hold.risk] ?? 'unknown',
    environment: hold.environment,
    expires_at: hold.expires_at,
    hold: hold.id,
    decidable: notice.open && (seen?.decidable ?? false),
  })
  const sent = { channel, ...message, metadata: named(row) }
  const { channel: where, ts } = posted.parse(await callSlack(app, token, 'chat.postMessage', sent))
  await transact(
    app.db,
    async tx =>
      noteShown(tx, hold.id, link.person_id, { channel: where, ts, shown_digest: hold.shown_digest }, await clock(tx)),
    app.db.background,
  )
  return true
}

/** Says what came of a button: in the message's place where it decided, beside it where it did not. */
async function sendAnswer(app: Served, row: Due, link: LinkRow, token: string): Promise<boolean> {
  const { say, decided } = answered.parse(JSON.parse(row.payload))
  const url = `${app.config.url}/approvals/${row.subject_id}`
  const shown = await shownIn(reader(app.db.background), row.subject_id, link.person_id)
  const message = slackDecided(say, url)
  if (shown && decided) await callSlack(app, token, 'chat.update', { channel: shown.channel, ts: shown.ts, ...message })
  else
    await callSlack(app, token, 'chat.postMessage', { channel: link.slack_user_id, ...message, metadata: named(row) })
  return true
}
