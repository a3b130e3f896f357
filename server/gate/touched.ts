import { type Reader, reader } from '@/server/db/tx'
import type { Instance } from '@/server/instance'

/** One action, by what it was asked with. */
interface Use {
  readonly agent_id: string
  readonly credential_id: string
  readonly session: string
  readonly created_at: Date
}

interface Session {
  readonly agent: string
  readonly session: string
  readonly first: Date
  last: Date
}

const mostSessions = 100_000

/** When which was used last, by id. */
type Times = Map<string, Date>

/** What was used since the last flush: never written on the gate's path, and no harm if it is lost. */
export class Touched {
  private credentials: Times = new Map()
  private agents: Times = new Map()
  private scopes: Times = new Map()
  private sessions = new Map<string, Session>()

  /** An action, and the scopes of its agent that cover it. */
  note({ agent_id, credential_id, session, created_at }: Use, scopes: readonly string[]): void {
    this.credentials.set(credential_id, created_at)
    this.agents.set(agent_id, created_at)
    for (const scope of scopes) this.scopes.set(scope, created_at)
    const slot = `${agent_id}/${session}`
    const known = this.sessions.get(slot)
    if (known) known.last = created_at
    else if (this.sessions.size < mostSessions)
      this.sessions.set(slot, { agent: agent_id, session, first: created_at, last: created_at })
  }

  /** Writes what has gathered. Returns 0: there is never more to do at once. */
  async flush(app: Pick<Instance, 'db'>): Promise<number> {
    const { credentials, agents, scopes, sessions } = this
    this.credentials = new Map()
    this.agents = new Map()
    this.scopes = new Map()
    this.sessions = new Map()
    if (credentials.size === 0) return 0
    const db = reader(app.db.background)
    await Promise.all([
      writeTimes(db, 'credential', 'last_used_at', credentials),
      writeTimes(db, 'agent', 'last_seen_at', agents),
      writeTimes(db, 'scope', 'last_used_at', scopes),
      writeSessions(db, [...sessions.values()]),
    ])
    return 0
  }
}

/** It waits for nobody, so that no verb waits for it in a ring: a row that somebody is changing is noted at its next use. */
function writeTimes(
  db: Reader,
  table: 'credential' | 'agent' | 'scope',
  column: 'last_used_at' | 'last_seen_at',
  times: Times,
): Promise<unknown> {
  return db.query(
    `update ${table} t set ${column} = greatest(coalesce(t.${column}, u.at), u.at)
     from unnest($1::text[], $2::timestamptz[]) as u(id, at)
     where t.id = u.id and t.id in (select id from ${table} where id = any($1) for no key update skip locked)`,
    [[...times.keys()], [...times.values()]],
    `note-${table}`,
  )
}

/** In one order, which two instances that tell of the same sessions share. */
function writeSessions(db: Reader, sessions: readonly Session[]): Promise<unknown> {
  return db.query(
    `insert into session (agent_id, session, first_at, last_at)
     select * from unnest($1::text[], $2::text[], $3::timestamptz[], $4::timestamptz[]) as s(agent, session, first, last)
     order by 1, 2
     on conflict (agent_id, session) do update set last_at = greatest(session.last_at, excluded.last_at)`,
    [
      sessions.map(one => one.agent),
      sessions.map(one => one.session),
      sessions.map(one => one.first),
      sessions.map(one => one.last),
    ],
    'note-sessions',
  )
}
