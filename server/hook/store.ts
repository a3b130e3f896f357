import { hash } from 'node:crypto'
import type { HookEvent } from '@/lib/hook/contract'
import type { Reader } from '@/server/db/tx'

/*
 * The key of an action that a hook asked for. No agent can send such a key itself: it holds a space.
 */
const begins = 'claude-code '
export const keyOf = (text: string): string => begins + hash('sha256', text, 'base64url')

/** The one key of one call of one tool: what it is asked for under, and what its permission is used up with. */
export const claimOf = ({ session_id, tool_use_id }: Pick<HookEvent, 'session_id' | 'tool_use_id'>): string =>
  keyOf(`${session_id}\n${tool_use_id}`)

/**
 * The action of the same call in the same session that still waits, or that was allowed and that nobody has run: what people
 * have decided meanwhile is found by making the call again. Null: it has to be asked for.
 */
export async function askedBefore(
  db: Reader,
  asked: { readonly agent: string; readonly session: string; readonly digest: string },
): Promise<string | null> {
  const [row] = await db.query<{ id: string }>(
    `select a.id from action a
     where a.agent_id = $1 and a.session = $2 and a.digest = $3 and starts_with(a.key, '${begins}') and a.outcome is null
       and (a.status in ('held', 'deferred')
         or a.status in ('allowed', 'approved') and a.execute_by > holdpoint.now()
           and not exists (select 1 from permit_use p where p.action_id = a.id))
     order by a.status in ('held', 'deferred'), a.id limit 1`,
    [asked.agent, asked.session, asked.digest],
    'hook-asked-before',
  )
  return row?.id ?? null
}

/** The newest calls of this session that people were asked about and did not reject. At most 20. */
export async function heldInSession(db: Reader, agent: string, session: string): Promise<string[]> {
  const rows = await db.query<{ id: string }>(
    `select id from action where agent_id = $1 and session = $2 and starts_with(key, '${begins}')
       and status in ('held', 'approved') and hold_id is not null order by id desc limit 20`,
    [agent, session],
    'hook-held-in-session',
  )
  return rows.map(row => row.id)
}
