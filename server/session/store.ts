import type { Classification } from '@/lib/kernel/scale'
import type { SessionState } from '@/lib/session/session'
import type { Reader, Tx } from '@/server/db/tx'

/** What a batch knows of its sessions by `agent_id/session`. */
export type Sessions = ReadonlyMap<string, SessionState>

/** One session as JSON carries it. */
export type SessionRow = [
  agent: string,
  session: string,
  highest: string,
  untrusted: boolean,
  led: boolean,
  tools: string[],
]

/** A column for a statement whose `asked` has `agent_id` and `session`: what is known of these, found by primary key. */
export const sessionFactsSql = `
  (select coalesce(json_agg(json_build_array(s.agent_id, s.session, s.highest, s.untrusted, s.led, to_json(s.tools))), '[]')
     from (select distinct agent_id, session from asked) q join session_fact s using (agent_id, session))`

/** That column read. */
export function sessionsOf(rows: readonly SessionRow[]): Map<string, SessionState> {
  return new Map(
    rows.map(([agent, session, highest, untrusted, led, tools]) => [
      `${agent}/${session}`,
      { highest: highest as Classification, untrusted, led, tools },
    ]),
  )
}

/** A session that has changed. */
export interface ChangedSession extends SessionState {
  readonly agent_id: string
  readonly session: string
}

const scale = `array['public', 'internal', 'confidential', 'restricted']`

/**
 * Writes sessions that have changed, as a common table expression or a statement of its own. What is there already is
 * joined with what is given, never lowered, so that two instances lose nothing of one another; sorted, so that they do
 * not wait for each other in a ring.
 * @param at the number of the parameter, made by `sessionsParam`
 */
export const sessionUpsert = (at: number): string => `insert into session_fact
    (agent_id, session, highest, untrusted, led, tools, updated_at)
  select agent_id, session, highest, untrusted, led, tools, holdpoint.now()
    from json_to_recordset($${at}::json) as g(agent_id text, session text, highest text, untrusted boolean, led boolean, tools text[])
   order by agent_id collate "C", session collate "C"
  on conflict (agent_id, session) do update set
    highest = (${scale})[greatest(array_position(${scale}, session_fact.highest), array_position(${scale}, excluded.highest))],
    untrusted = session_fact.untrusted or excluded.untrusted,
    led = session_fact.led or excluded.led,
    tools = array(select distinct t from unnest(session_fact.tools || excluded.tools) as u(t) order by t limit 100),
    updated_at = greatest(session_fact.updated_at, excluded.updated_at)`

/** The parameter of `sessionUpsert`; `[]` writes nothing. */
export const sessionsParam = (changed: readonly ChangedSession[]): string => JSON.stringify(changed)

/** Writes them in a statement of its own. */
export async function saveSessions(tx: Tx, changed: readonly ChangedSession[]): Promise<void> {
  if (changed.length > 0) await tx.query(sessionUpsert(1), [sessionsParam(changed)], 'save-sessions')
}

/** What is known of one session; null before anything was. */
export async function readSession(db: Reader, agent: string, session: string): Promise<SessionState | null> {
  const [row] = await db.query<{ agent_id: string; session: string } & SessionState>(
    'select agent_id, session, highest, untrusted, led, tools from session_fact where agent_id = $1 and session = $2',
    [agent, session],
    'read-session',
  )
  return row ? { highest: row.highest, untrusted: row.untrusted, led: row.led, tools: row.tools } : null
}

/**
 * Forgets what is known of sessions that have asked for nothing in so many days. Of the ones that were not written to in
 * that time the longest are looked at, by index; those in which somebody asked are written to instead, because what a session
 * has seen must not be lost while it goes on (it is written only where it changes). Answers how many were looked at.
 */
export async function forgetSessions(tx: Tx, days: number, limit: number): Promise<number> {
  const [row] = await tx.query<{ seen: number }>(
    `with old as (
       select agent_id, session, exists (
         select from action a where a.agent_id = s.agent_id and a.session = s.session
           and a.created_at > holdpoint.now() - make_interval(days => $1)) as alive
       from session_fact s where updated_at < holdpoint.now() - make_interval(days => $1)
       order by updated_at limit $2 for update skip locked),
     kept as (
       update session_fact s set updated_at = holdpoint.now() from old
       where old.alive and s.agent_id = old.agent_id and s.session = old.session),
     gone as (
       delete from session_fact s using old
       where not old.alive and s.agent_id = old.agent_id and s.session = old.session)
     select count(*)::int as seen from old`,
    [days, limit],
    'forget-sessions',
  )
  return row?.seen ?? 0
}
