import { mayEverywhere, type SignedIn } from '@/lib/access/permission'
import { etagOf } from '@/lib/kernel/etag'
import { Refused } from '@/lib/kernel/problem'
import { reader } from '@/server/db/tx'
import type { Instance } from '@/server/instance'
import { listServers, type ServerLine, type ServerRow } from './store'

/** May this command be started? Only an executable that the operator named, exactly as it was named. */
export const isAllowed = ({ config }: Pick<Instance, 'config'>, { command }: Pick<ServerRow, 'command'>): boolean =>
  command === null || config.mcpCommands.includes(command)

const originOf = (url: string): string => (URL.canParse(url) ? new URL(url).origin : url)
/** Where a server is, as the log and those who may not change it have it: secrets may stand in the rest. */
export const placeOf = ({ url, command }: Pick<ServerRow, 'url' | 'command'>): string =>
  url === null ? (command ?? '') : originOf(url)

function stateOf(app: Pick<Instance, 'config'>, row: ServerLine) {
  if (!isAllowed(app, row)) return 'forbidden' as const
  if (row.failed_at) return 'failing' as const
  return row.reached_at ? ('reachable' as const) : ('unknown' as const)
}

function shown(app: Pick<Instance, 'config'>, row: ServerLine, may: boolean) {
  return {
    id: row.id,
    name: row.name,
    kind: row.url === null ? ('command' as const) : ('address' as const),
    url: row.url === null ? null : may ? row.url : originOf(row.url),
    command: row.command,
    args: may ? row.args : [],
    secrets: row.secrets,
    classification: row.classification,
    timeout_seconds: row.timeout_seconds,
    state: stateOf(app, row),
    tools: row.tools ?? 0,
    to_classify: row.to_classify,
    reached_at: row.reached_at,
    failed_at: row.failed_at,
    error: row.error,
    added_by: { id: row.created_by, name: row.added_by_name },
    created_at: row.created_at,
    may_change: may,
    etag: etagOf(row.version),
  }
}

/** Who changes what stands behind Holdpoint: those who keep the registry of the whole organisation. */
export const mayChange = (person: SignedIn): boolean => mayEverywhere(person, 'registry.write')

/** All of them, by name. */
export async function showServers(app: Pick<Instance, 'db' | 'config'>, person: SignedIn) {
  const rows = await listServers(reader(app.db.pool))
  return {
    items: rows.map(row => shown(app, row, mayChange(person))),
    next_cursor: null,
    endpoint: `${app.config.url}/mcp`,
    commands: [...app.config.mcpCommands],
    may_add: mayChange(person),
  }
}

/** @throws Refused `request.not_found` */
export async function showServer(app: Pick<Instance, 'db' | 'config'>, person: SignedIn, id: string) {
  const [row] = await listServers(reader(app.db.pool), id)
  if (!row) throw new Refused('request.not_found')
  return shown(app, row, mayChange(person))
}
