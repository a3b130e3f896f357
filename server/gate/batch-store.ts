import type { ActionStatus } from '@/lib/action/contract'
import { type Column, oneRow, recordset } from '@/server/db/recordset'
import type { Tx } from '@/server/db/tx'
import { recordedFactsSql } from '@/server/session/source-store'
import { type SessionRow, type Sessions, sessionFactsSql, sessionsOf } from '@/server/session/store'

/** What the batch must know of its submissions, read in one statement after the guard. */
export interface BatchFacts {
  readonly at: Date
  readonly registry: number
  /** By `agent_id/key`: the action that this key made before. */
  readonly existing: ReadonlyMap<string, { id: string; body_digest: Buffer }>
  /** `agent_id/digest` of rejections within the last 60 minutes. */
  readonly rejected: ReadonlySet<string>
  /** `agent_id/digest` of runs that ended unknown and are not reconciled. */
  readonly unknown: ReadonlySet<string>
  /** Open holds by agent. */
  readonly open: ReadonlyMap<string, number>
  /** What is known of their sessions, by `agent_id/session`. */
  readonly sessions: Sessions
  /** Which sources their sessions are judged by, by `agent_id/session`; absent: none was recorded. */
  readonly recorded: ReadonlyMap<string, string>
}

/** One submission as the database is asked about it. */
export interface Asked {
  readonly agent_id: string
  readonly key: string
  readonly digest: string
  /** Null: the day of the key. */
  readonly session: string | null
}
const askedColumns = [
  ['agent_id', 'text'],
  ['key', 'text'],
  ['digest', 'text'],
  ['session', 'text'],
] as const satisfies readonly Column<Asked>[]
const questions = recordset<Asked>(askedColumns, 1)
const question = oneRow<Asked>(askedColumns, 1)

const factsOf = (from: string) => `
  with asked as (select agent_id, key, digest,
    coalesce(session, 'ses_' || to_char(holdpoint.now() at time zone 'UTC', 'YYYY-MM-DD')) as session, session is not null as named
    from ${from})
  select holdpoint.now() as at, (select version from registry where id = 1) as registry,
    (select coalesce(json_agg(json_build_array(a.agent_id, a.key, a.id, encode(a.body_digest, 'hex'))), '[]')
       from asked join action a using (agent_id, key)) as existing,
    (select coalesce(json_agg(json_build_array(agent_id, digest)), '[]') from asked q
       where exists (select from action a where a.agent_id = q.agent_id and a.digest = q.digest and a.status = 'rejected'
         and a.decided_at > holdpoint.now() - interval '60 minutes')) as rejected,
    (select coalesce(json_agg(json_build_array(agent_id, digest)), '[]') from asked q
       where exists (select from action a where a.agent_id = q.agent_id and a.digest = q.digest and a.outcome = 'unknown'
         and a.reconciled_at is null)) as unknown,
    (select coalesce(json_agg(json_build_array(agent_id, n)), '[]') from
       (select agent_id, (select count(*) from action a where a.agent_id = q.agent_id and a.status in ('held', 'deferred')) as n
          from (select distinct agent_id from asked) q) o) as open,
    ${sessionFactsSql} as sessions, ${recordedFactsSql} as recorded`

const factsSql = factsOf(questions.from)

/** Reads what a batch needs, and the version that its registry snapshot must have. */
export async function readBatchFacts(tx: Tx, asked: readonly Asked[]): Promise<BatchFacts> {
  interface Row {
    at: Date
    registry: number
    existing: [string, string, string, string][]
    rejected: [string, string][]
    unknown: [string, string][]
    open: [string, number][]
    sessions: SessionRow[]
    recorded: [string, string, string][]
  }
  const [row] = await tx.query<Row>(factsSql, questions.params(asked), 'batch-facts')
  if (!row) throw new Error('the batch facts did not come')
  const pair = ([agent, digest]: [string, string]) => `${agent}/${digest}`
  return {
    at: row.at,
    registry: row.registry,
    existing: new Map(
      row.existing.map(([agent, key, id, hex]) => [
        `${agent}/${key}`,
        { id, body_digest: Buffer.from(hex ?? '', 'hex') },
      ]),
    ),
    rejected: new Set(row.rejected.map(pair)),
    unknown: new Set(row.unknown.map(pair)),
    open: new Map(row.open),
    sessions: sessionsOf(row.sessions),
    recorded: new Map(row.recorded.map(([agent, session, mark]) => [`${agent}/${session}`, mark])),
  }
}

/** One row of `action` as the batch writes it, with the hold and the content that stand beside it. */
export interface NewAction {
  readonly id: string
  readonly agent_id: string
  readonly credential_id: string
  readonly key: string
  readonly body_digest: Buffer
  readonly digest: string
  readonly tool: string
  readonly operation: string
  readonly resource_type: string | null
  readonly environment: string
  readonly tenant: string | null
  readonly classification: string
  readonly reversible: boolean
  readonly amount: string | null
  readonly currency: string | null
  readonly session: string
  readonly instance: string | null
  readonly acting_for: string | null
  readonly revises: string | null
  readonly facts: string
  readonly status: ActionStatus
  readonly decision: string | null
  readonly decided_at: Date | null
  readonly execute_by: Date | null
  readonly hold_id: string | null
  readonly expires_at: Date | null
  readonly created_at: Date
  readonly wrapped: Buffer
  readonly sealed: Buffer
  /** What a rule narrowed the arguments to, sealed; null where they are as sent. */
  readonly sealed_params: Buffer | null
  /** Where the arguments came from, as people will see it; of what is held alone. */
  readonly sealed_origins: Buffer | null
  /** What is recorded of it, in the same statement: only for rows that are really new. Subjects are joined by commas. */
  readonly event_type: string
  readonly event_subjects: string
  readonly event_body: string
}

const columns = [
  ['id', 'text'],
  ['agent_id', 'text'],
  ['credential_id', 'text'],
  ['key', 'text'],
  ['body_digest', 'bytea'],
  ['digest', 'text'],
  ['tool', 'text'],
  ['operation', 'text'],
  ['resource_type', 'text'],
  ['environment', 'text'],
  ['tenant', 'text'],
  ['classification', 'text'],
  ['reversible', 'boolean'],
  ['amount', 'numeric'],
  ['currency', 'text'],
  ['session', 'text'],
  ['instance', 'text'],
  ['acting_for', 'text'],
  ['revises', 'text'],
  ['facts', 'text'],
  ['status', 'text'],
  ['decision', 'text'],
  ['decided_at', 'timestamptz'],
  ['execute_by', 'timestamptz'],
  ['hold_id', 'text'],
  ['expires_at', 'timestamptz'],
  ['created_at', 'timestamptz'],
] as const satisfies readonly Column<NewAction>[]
const names = columns.map(([name]) => name).join(', ')

const written = [
  ...columns,
  ['wrapped', 'bytea'],
  ['sealed', 'bytea'],
  ['sealed_params', 'bytea'],
  ['sealed_origins', 'bytea'],
  ['event_type', 'text'],
  ['event_subjects', 'text'],
  ['event_body', 'text'],
] as const satisfies readonly Column<NewAction>[]
const given = recordset<NewAction>(written, 1)

/** @param from what is inserted, as `given` @param before expressions that this stands on */
const insertSql = (from: string, before = '') => `
  with ${before} given as (select * from ${from}),
  done as (insert into action (${names}) select ${names} from given order by agent_id, key
    on conflict (agent_id, key) do nothing returning id),
  keys as (insert into content_key (subject_id, wrapped) select g.id, g.wrapped from given g join done using (id)),
  parts as (insert into content (subject_id, part, sealed) select g.id, p.part, p.bytes from given g join done using (id)
    cross join lateral (values ('body', g.sealed), ('params', g.sealed_params), ('provenance', g.sealed_origins))
    as p(part, bytes) where p.bytes is not null),
  events as (insert into event (type, subjects, body, at)
    select g.event_type, string_to_array(g.event_subjects, ','), g.event_body, g.created_at from given g join done using (id))`

const insertAllSql = `${insertSql(given.from)}
  select id from done`

/**
 * Inserts actions with their sealed content and their events in one statement, sorted by (agent, key) so that two
 * instances cannot deadlock. Returns the ids that are new: what is missing was made by someone else with the same key.
 */
export async function insertActions(tx: Tx, rows: readonly NewAction[]): Promise<Set<string>> {
  const done = await tx.query<{ id: string }>(insertAllSql, given.params(rows), 'insert-actions')
  tx.hint('event', '*')
  return new Set(done.map(row => row.id))
}

const foreseenAt = askedColumns.length + 1
const foreseen = oneRow<NewAction>(written, foreseenAt + 2)
/** So long after it was foreseen a decision may be written, at most: what time alone changes is judged by no older time. */
const oldest = `interval '50 milliseconds'`
const insertForeseenSql = `${insertSql(
  `${foreseen.from} where exists (select from still)`,
  `facts as (${factsOf(question.from)}),
  still as materialized (select from facts f
    where f.at >= $${foreseenAt}::timestamptz and f.at < $${foreseenAt}::timestamptz + ${oldest}
      and jsonb_build_array(f.registry, f.existing, f.rejected, f.unknown, f.open, f.sessions, f.recorded) = $${foreseenAt + 1}::jsonb),`,
)}
  select exists (select from still) as still, (select array_agg(id) from done) as ids`

/**
 * Inserts the action of one who asks alone, where all that it was decided by stands now as it was foreseen, in a statement
 * behind that of the guard. Returns what `insertActions` does; null where something is otherwise, and then nothing is written.
 */
export async function insertForeseen(
  tx: Tx,
  row: NewAction,
  asked: Asked,
  facts: BatchFacts,
): Promise<ReadonlySet<string> | null> {
  const { registry, open, sessions, recorded } = facts
  const pairs = <V>(map: ReadonlyMap<string, V>, of: (value: V) => readonly unknown[]) =>
    [...map].map(([slot, value]) => [...slot.split(/\/(.*)/s).slice(0, 2), ...of(value)])
  const expected = [
    registry,
    [],
    [],
    [],
    [...open],
    pairs(sessions, ({ highest, untrusted, led, tools }) => [highest, untrusted, led, tools]),
    pairs(recorded, mark => [mark]),
  ]
  const params = [...question.params(asked), facts.at, JSON.stringify(expected), ...foreseen.params(row)]
  const [done] = await tx.query<{ still: boolean; ids: string[] | null }>(insertForeseenSql, params, 'insert-foreseen')
  tx.hint('event', '*')
  return done?.still ? new Set(done.ids ?? []) : null
}
