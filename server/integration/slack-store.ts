import type { PersonId } from '@/lib/kernel/id'
import type { Reader, Tx } from '@/server/db/tx'

export interface WorkspaceRow {
  readonly id: string
  readonly team_id: string
  readonly name: string
  readonly bot_user_id: string
  readonly wrapped: Buffer
  readonly sealed: Buffer
  readonly connected_at: Date
  readonly connected_by: PersonId
}

/** The workspace that is connected, if one is. */
export async function findWorkspace(db: Reader, lock = false): Promise<WorkspaceRow | null> {
  const [row] = await db.query<WorkspaceRow>(
    `select id, team_id, name, bot_user_id, wrapped, sealed, connected_at, connected_by
     from slack_workspace where removed_at is null ${lock ? 'for update' : ''}`,
    [],
  )
  return row ?? null
}

/** Connects one; the same one again keeps who is linked, another takes its place. */
export async function saveWorkspace(tx: Tx, row: WorkspaceRow): Promise<void> {
  await tx.query(
    `insert into slack_workspace (id, team_id, name, bot_user_id, wrapped, sealed, connected_at, connected_by)
     values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (id) do update
     set name = $3, bot_user_id = $4, wrapped = $5, sealed = $6, connected_at = $7, connected_by = $8`,
    [row.id, row.team_id, row.name, row.bot_user_id, row.wrapped, row.sealed, row.connected_at, row.connected_by],
  )
}

/** Takes it away: its secrets are gone, and nobody is linked by it any more. */
export async function removeWorkspace(tx: Tx, id: string, at: Date): Promise<void> {
  await tx.query('update slack_workspace set removed_at = $2, wrapped = null, sealed = null where id = $1', [id, at])
  await tx.query(
    'update slack_link set removed_at = $2, code_hash = null where workspace_id = $1 and removed_at is null',
    [id, at],
  )
}

export interface LinkRow {
  readonly id: string
  readonly person_id: PersonId
  readonly workspace_id: string
  readonly slack_user_id: string
  readonly code_hash: Buffer | null
  readonly tries: number
  readonly asked_at: Date
  readonly linked_at: Date | null
}

const linkColumns = 'id, person_id, workspace_id, slack_user_id, code_hash, tries, asked_at, linked_at'

/** A person's link, or the one that they have asked for, in this workspace. */
export async function linkOf(db: Reader, workspace: string, person: string, lock = false): Promise<LinkRow | null> {
  const [row] = await db.query<LinkRow>(
    `select ${linkColumns} from slack_link where person_id = $2 and workspace_id = $1 and removed_at is null ${lock ? 'for update' : ''}`,
    [workspace, person],
  )
  return row ?? null
}

/** Who a Slack user is, if that has been said. */
export async function personOf(db: Reader, workspace: string, user: string): Promise<PersonId | null> {
  const [row] = await db.query<{ person_id: PersonId }>(
    'select person_id from slack_link where workspace_id = $1 and slack_user_id = $2 and linked_at is not null and removed_at is null',
    [workspace, user],
  )
  return row?.person_id ?? null
}

export async function askLink(tx: Tx, row: Omit<LinkRow, 'tries' | 'linked_at'>): Promise<void> {
  await tx.query(
    'update slack_link set removed_at = $2, code_hash = null where person_id = $1 and removed_at is null',
    [row.person_id, row.asked_at],
  )
  await tx.query(
    'insert into slack_link (id, person_id, workspace_id, slack_user_id, code_hash, asked_at) values ($1, $2, $3, $4, $5, $6)',
    [row.id, row.person_id, row.workspace_id, row.slack_user_id, row.code_hash, row.asked_at],
  )
}

export async function countTry(tx: Tx, id: string): Promise<void> {
  await tx.query('update slack_link set tries = tries + 1 where id = $1', [id])
}

/** False where that Slack user is somebody else's. */
export async function confirmLink(tx: Tx, link: LinkRow, at: Date): Promise<boolean> {
  const rows = await tx.query(
    `update slack_link set linked_at = $2, code_hash = null where id = $1 and not exists (select from slack_link o
       where o.workspace_id = $3 and o.slack_user_id = $4 and o.linked_at is not null and o.removed_at is null) returning 1`,
    [link.id, at, link.workspace_id, link.slack_user_id],
  )
  return rows.length === 1
}

export async function removeLink(tx: Tx, id: string, at: Date): Promise<void> {
  await tx.query('update slack_link set removed_at = $2, code_hash = null where id = $1', [id, at])
}

/** Takes a request that Slack has signed; false: it was taken before (X06). What is too old to be taken again is forgotten. */
export async function takeRequest(tx: Tx, mark: Buffer, at: Date): Promise<boolean> {
  await tx.query(`delete from slack_request where taken_at < $1::timestamptz - interval '1 hour'`, [at])
  const rows = await tx.query(
    'insert into slack_request (mark, taken_at) values ($1, $2) on conflict do nothing returning 1',
    [mark, at],
  )
  return rows.length === 1
}

export interface ShownRow {
  readonly channel: string
  readonly ts: string
  readonly shown_digest: string
}

/** What was shown to a person of a hold in Slack, last. */
export async function shownIn(db: Reader, hold: string, person: string): Promise<ShownRow | null> {
  const [row] = await db.query<ShownRow>(
    'select channel, ts, shown_digest from slack_message where hold_id = $1 and person_id = $2',
    [hold, person],
  )
  return row ?? null
}

export async function noteShown(tx: Tx, hold: string, person: string, shown: ShownRow, at: Date): Promise<void> {
  await tx.query(
    `insert into slack_message (hold_id, person_id, channel, ts, shown_digest, sent_at) values ($1, $2, $3, $4, $5, $6)
     on conflict (hold_id, person_id) do update set channel = $3, ts = $4, shown_digest = $5, sent_at = $6`,
    [hold, person, shown.channel, shown.ts, shown.shown_digest, at],
  )
}

/** Puts an answer to what was pressed into the outbox: one a request. */
export async function queueAnswer(
  tx: Tx,
  person: string,
  kind: string,
  hold: string,
  payload: object,
  at: Date,
): Promise<void> {
  await tx.query(
    `insert into delivery (subject_id, kind, destination, payload, due_at, created_at) values ($1, $2, $3, $4, $5, $5) on conflict do nothing`,
    [hold, kind, `slack:${person}`, JSON.stringify(payload), at],
  )
  tx.hint('delivery', '*')
}
