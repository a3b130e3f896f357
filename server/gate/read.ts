import { answerOf, type ShownContent, type ShownHold } from '@/lib/action/answer'
import type { ActionAnswer } from '@/lib/action/contract'
import type { Registry } from '@/lib/gate/registry'
import { expiresAt, standing, type Timed } from '@/lib/hold/standing'
import { questionsTo } from '@/lib/hold/thread'
import { type ActionRow, readActions } from '@/server/action/store'
import { latestCheckpoint } from '@/server/db/checkpoint'
import { type Content, fittingIn, readContent } from '@/server/db/content-store'
import { reader, type Tx } from '@/server/db/tx'
import { type HoldRow, holdsOfActions } from '@/server/hold/store'
import type { Instance } from '@/server/instance'
import { isParked, type Parked, parkedTimed } from './parked-standing'
import { permitOf } from './permit'
import type { Registries } from './registry'
import { timed } from './settle'

/** An action as it stands: its row, what its agent is answered, and for how long it can still be decided. */
export interface ReadAction {
  readonly row: ActionRow
  readonly answer: ActionAnswer
  /** Milliseconds of the database's clock until it ends undecided; null when it is decided or frozen. */
  readonly remaining_ms: number | null
  /** Signs the permit of what was read, as it stood at this reading; null where there is none. */
  readonly permit: () => string | null
}

/** What stands beside these actions, read side by side: content, holds, the time, and what the registry says then. */
async function beside(app: Instance, registries: Registries, ids: readonly string[]) {
  const db = reader(app.db.pool)
  // The time is asked for first: what is shared with others then goes the same way as the rest.
  const [{ at, registry }, contents, holds] = await Promise.all([
    registries.now(),
    readContent(db, app.vault, ids),
    holdsOfActions(db, ids),
  ])
  return { contents, holds: new Map(holds.map(hold => [hold.id, hold])), now: at, registry }
}

/** Actions as agents and people see them. Content that was erased reads as null, with the time of it. */
async function seen(
  app: Instance,
  rows: readonly ActionRow[],
  found: ReturnType<typeof beside>,
): Promise<ReadAction[]> {
  const { contents, holds, now, registry } = await found
  return rows.map(row =>
    readFrom(app, row, contents.get(row.id), row.hold_id === null ? undefined : holds.get(row.hold_id), registry, now),
  )
}

/** What an agent or a person sees of actions whose rows have been read. */
export async function readAll(
  app: Instance,
  registries: Registries,
  rows: readonly ActionRow[],
): Promise<ReadAction[]> {
  if (rows.length === 0) return []
  return seen(
    app,
    rows,
    beside(
      app,
      registries,
      rows.map(row => row.id),
    ),
  )
}

const mostInPage = 8 * 1_048_576

/**
 * A page of them, with what each was asked to do, as long as that is no more than 8 MiB in all: where it is more, the page ends
 * sooner. @param rows one more than `limit` where there are more
 */
export async function readPage(
  app: Instance,
  registries: Registries,
  rows: readonly ActionRow[],
  limit: number,
): Promise<{ readonly items: readonly ReadAction[]; readonly next_cursor: string | null }> {
  const ids = rows.slice(0, limit).map(row => row.id)
  const fitting = await fittingIn(reader(app.db.pool), ids, mostInPage)
  const items = await readAll(app, registries, rows.slice(0, fitting))
  return { items, next_cursor: rows.length > fitting ? (ids[fitting - 1] ?? null) : null }
}

/** Reads actions by id, with all that stands beside them, in one way to the database and back; missing ones are left out. */
export async function readByIds(app: Instance, registries: Registries, ids: readonly string[]): Promise<ReadAction[]> {
  const found = beside(app, registries, ids)
  const [rows] = await Promise.all([readActions(reader(app.db.pool), ids), found])
  return seen(app, rows, found)
}

/**
 * Actions as this transaction leaves them, read before its commit and to be told after it. Their permits are signed
 * meanwhile: none leaves unless the commit holds.
 */
export async function readLeft(
  app: Instance,
  tx: Tx,
  ids: readonly string[],
  { at, registry }: { readonly at: Date; readonly registry: Registry },
): Promise<ReadAction[]> {
  if (ids.length === 0) return []
  const [rows, contents, holds] = await Promise.all([
    readActions(tx, ids),
    readContent(tx, app.vault, ids),
    holdsOfActions(tx, ids),
  ])
  return rows.map(row => {
    const hold = holds.find(one => one.id === row.hold_id)
    const read = readFrom(app, row, contents.get(row.id), hold, registry, at)
    const permit = read.permit()
    return { ...read, permit: () => permit }
  })
}

/** One action out of what has been read of it. `now` is null where it has never been held. */
export function readFrom(
  app: Instance,
  row: ActionRow,
  content: Content | undefined,
  hold: HoldRow | undefined,
  registry: Registry,
  now: Date | null,
): ReadAction {
  const shown =
    hold && now
      ? { ...shownHold(hold, row, registry, now), questions: content ? questionsTo(content.parts) : [] }
      : null
  const clock = shown ?? (now && isParked(row) ? ownClock(row, registry, now) : null)
  return {
    row,
    answer: answerOf(row, shownContent(content), shown, app.config.url, latestCheckpoint(app)),
    permit: () => (now ? permitOf(app, registry, row, now) : null),
    remaining_ms: clock && now && !row.decision && !clock.frozen_at ? clock.expires_at.getTime() - now.getTime() : null,
  }
}

/** Reads one action; null when there is none. */
export async function readOne(app: Instance, registries: Registries, id: string): Promise<ReadAction | null> {
  const [read] = await readByIds(app, registries, [id])
  return read ?? null
}

function shownContent(
  content: { parts: ReadonlyMap<string, string>; erasedAt: Date | null } | undefined,
): ShownContent {
  const body = content?.parts.get('body')
  const changed = content?.parts.get('params')
  return {
    params: body === undefined ? null : changed === undefined ? paramsOf(body) : paramsOf(`{"params":${changed}}`),
    comment: content?.parts.get('comment') ?? null,
    erased_at: content?.erasedAt ?? null,
  }
}

/** The exact arguments out of the exact body that was sent. */
export function paramsOf(body: string): Record<string, unknown> {
  const parsed: unknown = JSON.parse(body)
  return typeof parsed === 'object' &&
    parsed !== null &&
    'params' in parsed &&
    typeof parsed.params === 'object' &&
    parsed.params !== null
    ? Object.fromEntries(Object.entries(parsed.params))
    : {}
}

/** The hold as answers show it. A parked call has the item's id, and its own clock. */
export function shownHold(hold: HoldRow, action: ActionRow, registry: Registry, now: Date): ShownHold {
  const parked = hold.kind === 'change' && isParked(action)
  return {
    id: hold.id,
    ...clockOf(parked ? parkedTimed(action, registry) : timed(hold, registry), registry, action.decided_at ?? now, now),
  }
}

/** The clock of an action that waits without a hold. */
const ownClock = (action: Parked & { decided_at: Date | null }, registry: Registry, now: Date) =>
  clockOf(parkedTimed(action, registry), registry, action.decided_at ?? now, now)

function clockOf(clocked: Timed, registry: Registry, until: Date, now: Date): Omit<ShownHold, 'id'> {
  const is = standing(clocked, registry.containments, until)
  return {
    opened_at: clocked.opened_at,
    expires_at: clocked.status === 'pending' ? expiresAt(clocked, registry.containments, now) : clocked.expires_at,
    frozen_at: is.is === 'frozen' ? is.since : null,
  }
}
