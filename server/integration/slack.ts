import { createHash, timingSafeEqual } from 'node:crypto'
import { z } from 'zod'
import { mayEverywhere, type SignedIn } from '@/lib/access/permission'
import type { SlackBody } from '@/lib/integration/contract'
import { channelEvent } from '@/lib/integration/events'
import { Refused } from '@/lib/kernel/problem'
import { assertFresh } from '@/server/access/fresh'
import { clock } from '@/server/db/guard'
import { newId } from '@/server/db/id'
import { freshBytes } from '@/server/db/random'
import { record } from '@/server/db/record'
import { type Reader, reader, transact } from '@/server/db/tx'
import type { Vault } from '@/server/db/vault'
import type { Instance } from '@/server/instance'
import { OutgoingRefused } from '@/server/outgoing/destination'
import { GivenUp } from './notice'
import { callSlack, SlackRefused } from './slack-api'
import {
  askLink,
  confirmLink,
  countTry,
  findWorkspace,
  linkOf,
  removeLink,
  removeWorkspace,
  saveWorkspace,
  type WorkspaceRow,
} from './slack-store'

const secrets = z.object({ token: z.string(), signing_secret: z.string() })

/** The secrets of a workspace, opened for one call. */
export const slackSecrets = (vault: Vault, { wrapped, sealed }: Pick<WorkspaceRow, 'wrapped' | 'sealed'>) =>
  secrets.parse(JSON.parse(vault.open(vault.unwrap(wrapped), sealed)))

const whoAmI = z.looseObject({ team: z.string(), team_id: z.string(), user_id: z.string(), bot_id: z.string() })

/** What keeps Slack from doing it, as a refusal that names a field. */
async function asked<T>(pointer: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    const plain = error instanceof SlackRefused || error instanceof GivenUp || error instanceof OutgoingRefused
    if (!plain) throw error
    throw new Refused('slack.refused', error.message, { errors: [{ pointer, message: error.message }] })
  }
}

/** Connects a workspace, once Slack has said whose token it is. @throws Refused 403, `session.stale`, `slack.refused` */
export async function connectSlack(app: Instance, person: SignedIn, body: SlackBody): Promise<void> {
  if (!mayEverywhere(person, 'settings.write')) throw new Refused('request.forbidden')
  assertFresh(person, await clock(reader(app.db.pool)))
  const me = whoAmI.safeParse(await asked('/token', () => callSlack(app, body.token, 'auth.test', {})))
  if (!me.success) throw new Refused('slack.refused', 'This is not the token of a bot.')
  const { team, team_id, user_id } = me.data
  const { key, wrapped } = app.vault.newKey()
  await transact(app.db, async tx => {
    const before = await findWorkspace(tx, true)
    const at = await clock(tx)
    const same = before?.team_id === team_id
    if (before && !same) await removeWorkspace(tx, before.id, at)
    const id = same && before ? before.id : newId('slk')
    const sealed = app.vault.seal(key, JSON.stringify(body))
    const name = team.replaceAll(/\p{C}/gu, '').slice(0, 80)
    await saveWorkspace(tx, {
      id,
      team_id,
      name,
      bot_user_id: user_id,
      wrapped,
      sealed,
      connected_at: at,
      connected_by: person.id,
    })
    tx.hint('channel', '*')
    await record(tx, at, [channelEvent('slack.connected', byOf(person), [id], { workspace_id: id })])
  })
}

const byOf = (person: Pick<SignedIn, 'id'>) => ({ kind: 'person', id: person.id }) as const

/** Nothing is sent there any more and nothing that comes from there is heard; its secrets are gone. @throws Refused 403, 404 */
export async function disconnectSlack(app: Instance, person: SignedIn): Promise<void> {
  if (!mayEverywhere(person, 'settings.write')) throw new Refused('request.forbidden')
  await transact(app.db, async tx => {
    const row = await findWorkspace(tx, true)
    if (!row) throw new Refused('request.not_found')
    const at = await clock(tx)
    await removeWorkspace(tx, row.id, at)
    tx.hint('channel', '*')
    await record(tx, at, [channelEvent('slack.disconnected', byOf(person), [row.id], { workspace_id: row.id })])
  })
}

const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const newCode = () => [...freshBytes(8)].map(byte => alphabet[byte & 31]).join('')
const hashed = (code: string) => createHash('sha256').update(`holdpoint slack code ${code}`).digest()
const mostTries = 5
const codeMinutes = 10
const found = z.looseObject({ user: z.looseObject({ id: z.string() }) })

async function demandWorkspace(db: Reader): Promise<WorkspaceRow> {
  const row = await findWorkspace(db)
  if (!row) throw new Refused('request.not_found', 'No Slack workspace is connected.')
  return row
}

/**
 * Sends a code to the Slack account that a signed-in person says is theirs. It is worth something only to this person, signed
 * in: whoever else reads it has nothing. @throws Refused 404, `session.stale`, `limit.exceeded`, `slack.refused`
 */
export async function askSlackLink(app: Instance, person: SignedIn, given: string | undefined): Promise<void> {
  const db = reader(app.db.pool)
  const at = await clock(db)
  assertFresh(person, at)
  const workspace = await demandWorkspace(db)
  const before = await linkOf(db, workspace.id, person.id)
  if (before && at.getTime() - before.asked_at.getTime() < 20_000)
    throw new Refused('limit.exceeded', 'A code was sent a moment ago: look there first.')
  const { token } = slackSecrets(app.vault, workspace)
  const slack_user_id =
    given ??
    found.parse(
      await asked('/slack_user_id', () => callSlack(app, token, 'users.lookupByEmail', { email: person.email })),
    ).user.id
  const code = newCode()
  await transact(app.db, async tx =>
    askLink(tx, {
      id: newId('sll'),
      person_id: person.id,
      workspace_id: workspace.id,
      slack_user_id,
      code_hash: hashed(code),
      asked_at: await clock(tx),
    }),
  )
  const text = `${code} is the code that links this Slack account to Holdpoint. Type it in where you asked for it, within ${codeMinutes} minutes. If you did not ask, do nothing: without your sign-in there it is worth nothing.`
  await asked('/slack_user_id', () =>
    callSlack(app, token, 'chat.postMessage', { channel: slack_user_id, text, parse: 'none' }),
  )
}

/** Binds the Slack account that was sent this code to the signed-in person who asked for it. @throws Refused 404, 409 */
export async function confirmSlackLink(app: Instance, person: SignedIn, code: string): Promise<void> {
  assertFresh(person, await clock(reader(app.db.pool)))
  const refusal = await transact(app.db, async tx => {
    const workspace = await demandWorkspace(tx)
    const link = await linkOf(tx, workspace.id, person.id, true)
    const at = await clock(tx)
    const old = !link || at.getTime() - link.asked_at.getTime() > codeMinutes * 60_000
    if (old || !link.code_hash || link.tries >= mostTries)
      return new Refused('slack.code_invalid', 'Ask for a new code.')
    await countTry(tx, link.id)
    if (!timingSafeEqual(link.code_hash, hashed(code))) return new Refused('slack.code_invalid')
    if (!(await confirmLink(tx, link, at))) return new Refused('slack.linked')
    tx.hint('channel', '*')
    await record(tx, at, [
      channelEvent('slack.linked', byOf(person), [person.id], { person_id: person.id, link_id: link.id }),
    ])
    return null
  })
  // Thrown out here, so that the try is counted.
  if (refusal) throw refusal
}

/** Nothing that is pressed by that Slack account counts any more. Again is fine. */
export async function endSlackLink(app: Instance, person: SignedIn): Promise<void> {
  await transact(app.db, async tx => {
    const workspace = await findWorkspace(tx)
    const link = workspace && (await linkOf(tx, workspace.id, person.id, true))
    if (!link) return
    const at = await clock(tx)
    await removeLink(tx, link.id, at)
    tx.hint('channel', '*')
    const told = { person_id: person.id, link_id: link.id }
    if (link.linked_at) await record(tx, at, [channelEvent('slack.unlinked', byOf(person), [person.id], told)])
  })
}
