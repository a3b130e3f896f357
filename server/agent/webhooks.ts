import { mayEverywhere, mayIn, type SignedIn } from '@/lib/access/permission'
import { mostWebhooks, testMessage } from '@/lib/agent/webhook'
import type { DestinationType, WebhookBody, WebhookPatch } from '@/lib/agent/webhook-contract'
import { webhookEvent } from '@/lib/agent/webhook-events'
import { etagOf, matchesEtag } from '@/lib/kernel/etag'
import type { AgentId } from '@/lib/kernel/id'
import type { Principal } from '@/lib/kernel/principal'
import { Refused } from '@/lib/kernel/problem'
import { clock } from '@/server/db/guard'
import { newId } from '@/server/db/id'
import { record } from '@/server/db/record'
import { type Reader, reader, type Tx, transact } from '@/server/db/tx'
import type { Instance } from '@/server/instance'
import { readAllow } from '@/server/outgoing/address'
import { destinationOf, OutgoingRefused, readOutgoingUrl } from '@/server/outgoing/destination'
import { findAgent, type Registration } from './agent-store'
import { visibleAgent } from './authority'
import { newSecret, type Sent, sendWebhook } from './webhook-send'
import {
  changeWebhook,
  endWebhook,
  findWebhook,
  hintWebhook,
  insertWebhook,
  listWebhooks,
  liveWebhooks,
  noteResult,
  reviveDead,
  rotateWebhook,
  type WebhookKeys,
  type WebhookRow,
} from './webhook-store'

/** Who keeps an agent's webhooks: the agent itself, or a person who governs it or answers for it. */
export type Keeper =
  | { readonly person: SignedIn; readonly agent: string }
  | { readonly principal: Principal; readonly agent: AgentId }
  | { readonly administrator: SignedIn }

/** Whose it is: an agent's, or the organisation's own (no id). */
interface Side {
  readonly agent: Pick<Registration, 'status' | 'environment'> & { readonly id: AgentId | null }
  readonly by: Principal
}

const keeps = (person: SignedIn, agent: Registration) =>
  mayIn(person, 'registry.write', agent.team_id) || agent.owner === person.id || agent.backup === person.id

async function agentOf(db: Reader, keeper: Keeper, lock: boolean): Promise<Side> {
  if ('administrator' in keeper) {
    if (!mayEverywhere(keeper.administrator, 'settings.write')) throw new Refused('request.forbidden')
    const agent = { id: null, status: 'active', environment: 'production' } as const
    return { agent, by: { kind: 'person', id: keeper.administrator.id } }
  }
  if ('person' in keeper) {
    const agent = await visibleAgent(db, keeper.person, keeper.agent, lock)
    if (!keeps(keeper.person, agent)) throw new Refused('request.forbidden')
    return { agent, by: { kind: 'person', id: keeper.person.id } }
  }
  const agent = await findAgent(db, keeper.agent, lock)
  if (!agent) throw new Refused('request.not_found')
  return { agent, by: keeper.principal }
}

async function live(db: Reader, agent: AgentId | null, id: string, lock = false): Promise<WebhookRow & WebhookKeys> {
  const hook = await findWebhook(db, agent, id, lock)
  if (!hook || hook.revoked_at) throw new Refused('request.not_found')
  return hook
}

/**
 * Addresses that wait to be looked up, for each agent one after another: the system does few at once, for all of Holdpoint, and
 * whoever registers a name may let it answer slowly.
 */
const lookups = new Map<string, { last: Promise<void>; waiting: number }>()

/** Refuses an address that Holdpoint would not call: it is looked up now, and again at every message (X01). */
async function demandReachable(app: Pick<Instance, 'config'>, { agent }: Side, url: string): Promise<void> {
  const whose = agent.id ?? 'organisation'
  const line = lookups.get(whose) ?? { last: Promise.resolve(), waiting: 0 }
  if (line.waiting >= mostWebhooks)
    throw new Refused('limit.exceeded', 'Other addresses of this agent are still being looked up.', {
      carries: { retry_after: 1 },
    })
  lookups.set(whose, line)
  line.waiting++
  const turn = line.last.then(() => demandDestination(app, url))
  line.last = turn.catch(() => undefined)
  try {
    await turn
  } finally {
    if (--line.waiting === 0) lookups.delete(whose)
  }
}

async function demandDestination(app: Pick<Instance, 'config'>, url: string): Promise<void> {
  try {
    await destinationOf(readOutgoingUrl(url), readAllow(app.config.fetchAllow))
  } catch (error) {
    if (!(error instanceof OutgoingRefused)) throw error
    throw new Refused('request.invalid', error.detail, { errors: [{ pointer: '/url', message: error.detail }] })
  }
}

/** @throws Refused `webhook.limit` */
async function demandRoom(db: Reader, agent: AgentId | null): Promise<void> {
  if ((await liveWebhooks(db, agent)) >= mostWebhooks)
    throw new Refused('webhook.limit', `There are at most ${mostWebhooks} live webhooks.`)
}

const originOf = (url: string) => readOutgoingUrl(url).origin

/** Says where an agent is told of its decisions. The secret is shown once. @throws Refused 403, 404, 409, `request.invalid` */
export async function registerWebhook(
  app: Instance,
  keeper: Keeper,
  body: WebhookBody,
  types: readonly DestinationType[] = [],
) {
  const db = reader(app.db.pool)
  const side = await agentOf(db, keeper, false)
  await demandRoom(db, side.agent.id)
  await demandReachable(app, side, body.url)
  return transact(app.db, async tx => {
    const { agent, by } = await agentOf(tx, keeper, true)
    if (agent.status === 'retired') throw new Refused('agent.retired')
    await demandRoom(tx, agent.id)
    const at = await clock(tx)
    const id = newId('whk')
    const secret = newSecret()
    const { key, wrapped } = app.vault.newKey()
    const sealed = app.vault.seal(key, secret)
    await insertWebhook(tx, {
      id,
      agent_id: agent.id,
      ...body,
      types,
      created_at: at,
      created_by: by.id,
      wrapped,
      sealed,
    })
    const told = { webhook_id: id, agent_id: agent.id, name: body.name, origin: originOf(body.url) }
    await written(tx, agent.id, at, webhookEvent('webhook.registered', by, told))
    return { ...(await shownOne(tx, agent.id, id)), secret }
  })
}

async function written(tx: Tx, agent: AgentId | null, at: Date, event: ReturnType<typeof webhookEvent>): Promise<void> {
  hintWebhook(tx, agent)
  await record(tx, at, [event])
}

/** Changes name or address, and puts it on record. @throws Refused 403, 404, 412, `request.invalid` */
export async function editWebhook(
  app: Instance,
  keeper: Keeper,
  id: string,
  patch: WebhookPatch,
  ifMatch: string | null,
) {
  const db = reader(app.db.pool)
  const side = await agentOf(db, keeper, false)
  if (patch.url !== undefined) {
    await live(db, side.agent.id, id)
    await demandReachable(app, side, patch.url)
  }
  return transact(app.db, async tx => {
    const { agent, by } = await agentOf(tx, keeper, true)
    const hook = await live(tx, agent.id, id, true)
    if (!matchesEtag(ifMatch, hook.version)) throw new Refused('request.precondition_failed')
    const { name, url } = { name: hook.name, url: hook.url, ...patch }
    await changeWebhook(tx, id, name, url)
    const told = { webhook_id: id, agent_id: agent.id, name, origin: originOf(url), was: originOf(hook.url) }
    const event = webhookEvent('webhook.changed', by, { ...told, environment: agent.environment })
    await written(tx, agent.id, await clock(tx), event)
    return shownOne(tx, agent.id, id)
  })
}

/** Gives a new secret; messages are signed with both until the overlap ends. @throws Refused 403, 404 */
export function renewSecret(app: Instance, keeper: Keeper, id: string, overlap: number) {
  return transact(app.db, async tx => {
    const { agent, by } = await agentOf(tx, keeper, true)
    const hook = await live(tx, agent.id, id, true)
    if (!hook.wrapped) throw new Refused('request.not_found')
    const secret = newSecret()
    const at = await clock(tx)
    const until = new Date(at.getTime() + overlap * 1_000)
    await rotateWebhook(tx, id, app.vault.seal(app.vault.unwrap(hook.wrapped), secret), until)
    const told = { webhook_id: id, agent_id: agent.id, old_until: until.toISOString() }
    await written(tx, agent.id, at, webhookEvent('webhook.rotated', by, told))
    return { ...(await shownOne(tx, agent.id, id)), secret }
  })
}

/** Nothing is sent there any more. Again is fine. @throws Refused 403, 404 */
export async function revokeWebhook(app: Instance, keeper: Keeper, id: string): Promise<void> {
  await transact(app.db, async tx => {
    const { agent, by } = await agentOf(tx, keeper, true)
    const hook = await findWebhook(tx, agent.id, id, true)
    if (!hook) throw new Refused('request.not_found')
    if (hook.revoked_at) return
    const at = await clock(tx)
    await endWebhook(tx, id, at)
    const told = { webhook_id: id, agent_id: agent.id }
    await written(tx, agent.id, at, webhookEvent('webhook.revoked', by, told))
  })
}

const mostAgain = 500

/**
 * Sends again what was given up, each message under the id that it had. Asked twice it is done once: what is on its way is not
 * given up any more. @throws Refused 403, 404
 */
export function sendAgain(app: Instance, keeper: Keeper, id: string) {
  return transact(app.db, async tx => {
    const { agent, by } = await agentOf(tx, keeper, true)
    await live(tx, agent.id, id, true)
    const done = await reviveDead(tx, id, mostAgain)
    if (done.sent_again > 0) {
      const told = { webhook_id: id, agent_id: agent.id, messages: done.sent_again }
      await written(tx, agent.id, await clock(tx), webhookEvent('webhook.sent_again', by, told))
    }
    return done
  })
}

/** Sends a message that tells of nothing, now, and says what came of it. @throws Refused 403, 404 */
export async function tryWebhook(app: Instance, keeper: Keeper, id: string): Promise<Omit<Sent, 'gone'>> {
  const db = reader(app.db.pool)
  const { agent } = await agentOf(db, keeper, false)
  const hook = await live(db, agent.id, id)
  const at = await clock(db)
  const message = newId('msg')
  const body = testMessage(message, id, agent.id, app.config.url, at)
  const { gone: _, ...sent } = await sendWebhook(app, hook, { id: message, body }, at)
  await noteResult(db, id, sent.delivered ? null : sent.detail, at)
  return sent
}

function shown(row: WebhookRow & { readonly waiting: number; readonly given_up: number }, may: boolean) {
  return {
    id: row.id,
    name: row.name,
    url: may ? row.url : originOf(row.url),
    state: row.revoked_at ? ('revoked' as const) : ('active' as const),
    created_at: row.created_at,
    created_by: row.created_by,
    revoked_at: row.revoked_at,
    old_secret_until: row.old_until,
    health: {
      last_success_at: row.last_success_at,
      last_failure_at: row.last_failure_at,
      last_error: row.last_error,
      failures: row.failures,
      waiting: row.waiting,
      given_up: row.given_up,
    },
    may_change: may && !row.revoked_at,
    etag: etagOf(row.version),
    ...(row.agent_id === null ? { types: row.types } : {}),
  }
}

async function shownOne(db: Reader, agent: AgentId | null, id: string) {
  const row = (await listWebhooks(db, agent)).find(one => one.id === id)
  if (!row) throw new Refused('request.not_found')
  return shown(row, true)
}

/** All of an agent's, newest first: by itself, or by a person who may see it. @throws Refused `request.not_found` */
export async function showWebhooks(db: Reader, keeper: Keeper) {
  if ('administrator' in keeper) {
    await agentOf(db, keeper, false)
    return { items: (await listWebhooks(db, null)).map(row => shown(row, true)), next_cursor: null }
  }
  if ('person' in keeper) {
    const agent = await visibleAgent(db, keeper.person, keeper.agent)
    const may = keeps(keeper.person, agent)
    return { items: (await listWebhooks(db, agent.id)).map(row => shown(row, may)), next_cursor: null }
  }
  return { items: (await listWebhooks(db, keeper.agent)).map(row => shown(row, true)), next_cursor: null }
}
