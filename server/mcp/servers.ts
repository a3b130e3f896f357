import type { SignedIn } from '@/lib/access/permission'
import type { ServerConfig } from '@/lib/gateway/config'
import { etagOf, matchesEtag } from '@/lib/kernel/etag'
import { isId } from '@/lib/kernel/id'
import { Refused } from '@/lib/kernel/problem'
import { type McpServerBody, type McpServerChange, mostServers } from '@/lib/mcp/contract'
import { mcpEvent } from '@/lib/mcp/events'
import { assertFresh } from '@/server/access/fresh'
import { clock, touchRegistry } from '@/server/db/guard'
import { newId } from '@/server/db/id'
import { record } from '@/server/db/record'
import { type Reader, reader, type Tx, transact } from '@/server/db/tx'
import type { Instance } from '@/server/instance'
import { readAllow } from '@/server/outgoing/address'
import { destinationOf, OutgoingRefused, readOutgoingUrl } from '@/server/outgoing/destination'
import { type Asked, askServer } from './ask'
import { configOf } from './reach'
import { openSecrets, sealSecrets } from './secrets'
import {
  findServer,
  insertServer,
  loadServers,
  noteAsked,
  type Place,
  removeServer,
  type Said,
  type ServerRow,
  updateServer,
} from './store'
import { isAllowed, mayChange, placeOf, showServer } from './views'

const wrong = (pointer: string, message: string) =>
  new Refused('request.invalid', message, { errors: [{ pointer, message }] })

/** Whoever changes what stands behind Holdpoint puts the organisation's secrets to use. @throws Refused 403, `session.stale` */
async function demandMay(app: Instance, person: SignedIn): Promise<void> {
  if (!mayChange(person)) throw new Refused('request.forbidden')
  assertFresh(person, await clock(reader(app.db.pool)))
}

/**
 * Refuses a place that Holdpoint would not call or start. Its address is looked up now, and again whenever it is called (X01);
 * a command typed into a browser is code that runs here, so that only the operator's own are started.
 */
async function demandReachable(app: Instance, { url, command }: Place): Promise<void> {
  if (!isAllowed(app, { command }))
    throw wrong('/command', 'The operator does not let Holdpoint start this: HOLDPOINT_MCP_COMMANDS does not name it.')
  if (url === null) return
  try {
    await destinationOf(readOutgoingUrl(url), readAllow(app.config.fetchAllow))
  } catch (error) {
    if (error instanceof OutgoingRefused) throw wrong('/url', error.detail)
    throw error
  }
}

const placeIn = ({ url, command, args }: Pick<McpServerBody, 'url' | 'command' | 'args'>): Place =>
  url === undefined ? { url: null, command: command ?? '', args } : { url, command: null, args: [] }

/** @throws Refused `mcp_server.unreachable` */
async function demandAnswers(app: Instance, name: string, config: ServerConfig): Promise<Asked> {
  const asked = await askServer(app, name, config)
  if ('error' in asked) throw new Refused('mcp_server.unreachable', asked.error)
  return asked
}

const told = (id: string, name: string, { place, secrets, classification, timeout_seconds }: Said) => ({
  server_id: id,
  name,
  kind: place.url === null ? ('command' as const) : ('address' as const),
  place: placeOf(place),
  secrets: [...secrets],
  classification,
  timeout_seconds,
})

async function written(tx: Tx, at: Date, id: string, event: ReturnType<typeof mcpEvent>): Promise<void> {
  tx.hint('mcp_server', [id])
  await record(tx, at, [event])
}

/** Puts a server behind Holdpoint, once it has answered. @throws Refused 403, 409, `session.stale`, `request.invalid` */
export async function addServer(app: Instance, person: SignedIn, body: McpServerBody) {
  await demandMay(app, person)
  const place = placeIn(body)
  await demandReachable(app, place)
  const before = await loadServers(reader(app.db.pool))
  demandRoom(before, body.name)
  const values = { ...body.headers, ...body.env }
  const config = configOf(place, values, body)
  const answered = await demandAnswers(app, body.name, config)
  const id = newId('mcp')
  const said: Said = { place, ...sealSecrets(app.vault, values), ...manner(body) }
  await transact(app.db, async tx => {
    await touchRegistry(tx)
    const at = await clock(tx)
    demandRoom(await loadServers(tx), body.name)
    if (!(await insertServer(tx, id, body.name, said, person.id, at))) throw new Refused('mcp_server.exists')
    const by = { kind: 'person', id: person.id } as const
    await written(tx, at, id, mcpEvent('mcp_server.added', by, told(id, body.name, said)))
  })
  await noted(app, id, answered)
  return showServer(app, person, id)
}

const manner = ({ classification, timeout_seconds }: Pick<McpServerBody, 'classification' | 'timeout_seconds'>) => ({
  classification,
  timeout_seconds,
})

function demandRoom(live: readonly ServerRow[], name: string): void {
  const begins = (one: string) => `${one.toLowerCase()}__`
  const meets = ({ name: other }: ServerRow) =>
    begins(name).startsWith(begins(other)) || begins(other).startsWith(begins(name))
  if (live.some(meets))
    throw new Refused('mcp_server.exists', 'A server has this name, or one whose tools could be called the same.')
  if (live.length >= mostServers)
    throw new Refused('mcp_server.limit', `At most ${mostServers} stand behind Holdpoint.`)
}

/** The catalogue hears what a server offers, and its line how asking it went. */
async function noted(app: Instance, id: string, found: Asked): Promise<void> {
  if ('tell' in found) await found.tell()
  await noteAsked(reader(app.db.pool), id, found)
  app.db.hints.publish({ type: 'mcp_server', subjects: [id] })
}

async function live(db: Reader, id: string, lock = false): Promise<ServerRow> {
  const row = isId('mcp', id) ? await findServer(db, id, lock) : null
  if (!row) throw new Refused('request.not_found')
  return row
}

const canKeep = (row: ServerRow, place: Place) =>
  placeOf(row) === placeOf(place) && (place.url !== null || JSON.stringify(row.args) === JSON.stringify(place.args))

/**
 * The values that it is called with from now on: those that are said, and those that stay. A secret stays only with the place
 * that has it already: whoever moves the server says it again, so that nobody learns it by moving. @throws Refused
 */
function secretsAfter(app: Instance, row: ServerRow, place: Place, body: McpServerChange): Record<string, string> {
  const has = openSecrets(app.vault, row)
  if (body.keep.some(name => !Object.hasOwn(has, name))) throw wrong('/keep', 'This is not set.')
  if (body.keep.length > 0 && !canKeep(row, place))
    throw wrong('/keep', 'It is another place: say again what it is to be shown.')
  const kept = Object.fromEntries(body.keep.map(name => [name, has[name] ?? '']))
  return { ...kept, ...body.headers, ...body.env }
}

/** Says anew where it is and how it is called, once it has answered there. @throws Refused 403, 404, 409, 412 */
export async function changeServer(
  app: Instance,
  person: SignedIn,
  id: string,
  body: McpServerChange,
  ifMatch: string | null,
) {
  await demandMay(app, person)
  const row = await live(reader(app.db.pool), id)
  if (!matchesEtag(ifMatch, row.version)) throw new Refused('request.precondition_failed')
  const place = placeIn(body)
  await demandReachable(app, place)
  const values = secretsAfter(app, row, place, body)
  const config = configOf(place, values, body)
  const answered = await demandAnswers(app, row.name, config)
  const said: Said = { place, ...sealSecrets(app.vault, values), ...manner(body) }
  await transact(app.db, async tx => {
    await touchRegistry(tx)
    const now = await live(tx, id, true)
    if (etagOf(now.version) !== etagOf(row.version)) throw new Refused('request.precondition_failed')
    await updateServer(tx, id, said)
    const by = { kind: 'person', id: person.id } as const
    const data = { ...told(id, row.name, said), was: placeOf(now) }
    await written(tx, await clock(tx), id, mcpEvent('mcp_server.changed', by, data))
  })
  await noted(app, id, answered)
  return showServer(app, person, id)
}

/** Asks it for its tools, now. @throws Refused 403, 404 */
export async function testServer(app: Instance, person: SignedIn, id: string) {
  if (!mayChange(person)) throw new Refused('request.forbidden')
  const row = await live(reader(app.db.pool), id)
  const found: Asked = isAllowed(app, row)
    ? await askServer(app, row.name, configOf(row, openSecrets(app.vault, row), row))
    : { error: 'The operator does not let Holdpoint start its command.' }
  await noted(app, id, found)
  const reached = 'tools' in found
  const detail = reached ? `It answers, and offers ${counted(found.tools)}.` : found.error
  return { reached, detail, server: await showServer(app, person, id) }
}

const counted = (tools: number) => (tools === 1 ? 'one tool' : `${tools} tools`)

/** Takes it away: no call goes there any more, and its secrets are gone. @throws Refused 403, 404 */
export async function dropServer(app: Instance, person: SignedIn, id: string): Promise<void> {
  if (!mayChange(person)) throw new Refused('request.forbidden')
  await transact(app.db, async tx => {
    await touchRegistry(tx)
    const row = await live(tx, id, true)
    const at = await clock(tx)
    await removeServer(tx, id, at)
    const by = { kind: 'person', id: person.id } as const
    await written(tx, at, id, mcpEvent('mcp_server.removed', by, { server_id: id, name: row.name }))
  })
}
