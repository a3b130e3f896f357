import type { Reader } from '@/server/db/tx'
import { reader } from '@/server/db/tx'
import type { Instance } from '@/server/instance'

/** What was used since the last flush: never written on the gate's path, and no harm if it is lost. */
export class Touched {
  private credentials = new Map<string, Date>()
  private scopes = new Map<string, Date>()
  private sessions = new Map<string, { agent: string; session: string; first: Date; last: Date }>()

  /** An action of this agent, by this credential, in this session, which these of its scopes cover. */
  note(agent: string, credential: string, session: string, scopes: readonly string[], at: Date): void {
    this.credentials.set(credential, at)
    for (const scope of scopes) this.scopes.set(scope, at)
    const slot = `${agent}/${session}`
    const known = this.sessions.get(slot)
    if (known) known.last = at
    else if (this.sessions.size < 100_000) this.sessions.set(slot, { agent, session, first: at, last: at })
  }

  /** Writes what has gathered. Returns 0: there is never more to do at once. */
  async flush(app: Pick<Instance, 'db'>): Promise<number> {
    const credentials = [...this.credentials]
    const scopes = [...this.scopes]
    const sessions = [...this.sessions.values()]
    this.credentials = new Map()
    this.scopes = new Map()
    this.sessions = new Map()
    if (credentials.length > 0) await write(reader(app.db.background), credentials, scopes, sessions)
    return 0
  }
}

async function write(
  db: Reader,
  credentials: readonly [string, Date][],
  scopes: readonly [string, Date][],
  sessions: readonly { agent: string; session: string; first: Date; last: Date }[],
): Promise<void> {
  await db.query(
    `with used as (
       update credential c set last_used_at = greatest(coalesce(c.last_used_at, u.at), u.at)
       from unnest($1::text[], $2::timestamptz[]) as u(id, at) where c.id = u.id returning c.agent_id, u.at),
     seen as (
       update agent a set last_seen_at = greatest(coalesce(a.last_seen_at, u.at), u.at)
       from (select agent_id, max(at) as at from used group by agent_id) u where a.id = u.agent_id),
     covered as (
       update scope s set last_used_at = greatest(coalesce(s.last_used_at, u.at), u.at)
       from unnest($7::text[], $8::timestamptz[]) as u(id, at) where s.id = u.id)
     insert into session (agent_id, session, first_at, last_at)
     select * from unnest($3::text[], $4::text[], $5::timestamptz[], $6::timestamptz[])
     on conflict (agent_id, session) do update set last_at = greatest(session.last_at, excluded.last_at)`,
    [
      credentials.map(([id]) => id),
      credentials.map(([, at]) => at),
      sessions.map(one => one.agent),
      sessions.map(one => one.session),
      sessions.map(one => one.first),
      sessions.map(one => one.last),
      scopes.map(([id]) => id),
      scopes.map(([, at]) => at),
    ],
  )
}
