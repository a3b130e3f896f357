import type { ActionStatus } from '@/lib/action/contract'
import type { Reader, Tx } from '@/server/db/tx'

/*
 * The key of an action that was asked for here: `authzen`, the hash of its question, and which time it was asked for anew. No
 * agent can send such a key itself: it holds spaces. One unique key for each turn is what makes those who ask together ask once.
 */
const begins = (question: string) => `authzen ${question} `
export const turnKey = (question: string, turn: number): string =>
  `${begins(question)}${String(turn).padStart(10, '0')}`

/** The question of an action's key; null for one that was not asked for here. */
export const questionIn = (key: string): string | null => /^authzen ([\w-]{43}) \d{10}$/.exec(key)?.[1] ?? null

/** The last turn of a question. */
export interface Turn {
  readonly id: string
  readonly status: ActionStatus
  readonly turn: number
}

/** What this agent's question came to when it was last asked for anew. */
export async function lastTurn(db: Reader, agent: string, question: string): Promise<Turn | null> {
  const from = begins(question)
  const [row] = await db.query<{ id: string; status: ActionStatus; key: string }>(
    'select id, status, key from action where agent_id = $1 and key > $2 and key < $3 order by key desc limit 1',
    [agent, from, `${from}~`],
    'authzen-last-turn',
  )
  return row ? { id: row.id, status: row.status, turn: Number(row.key.slice(from.length)) } : null
}

/** The action whose permission this agent has used up with this key. */
export async function usedWith(db: Reader, agent: string, key: string): Promise<string | null> {
  const [row] = await db.query<{ action_id: string }>(
    'select action_id from permit_use where consumer_id = $1 and key = $2',
    [agent, key],
    'authzen-used-with',
  )
  return row?.action_id ?? null
}

/** An access request that was accepted. */
export interface Accepted {
  readonly agent_id: string
  readonly key: string
  readonly body_digest: Buffer
  readonly action_id: string
  readonly created_at: Date
}

/** Longer than any hold and what is kept of its key after it. */
const keptDays = 60

/** The request that this agent has made with this key. */
export async function accepted(db: Reader, agent: string, key: string): Promise<Accepted | null> {
  const [row] = await db.query<Accepted>(
    'select agent_id, key, body_digest, action_id, created_at from access_request where agent_id = $1 and key = $2',
    [agent, key],
    'authzen-accepted',
  )
  return row ?? null
}

/** Remembers a request by its key; false where the key is taken. Old ones go. */
export async function accept(tx: Tx, request: Accepted): Promise<boolean> {
  await tx.query(
    `delete from access_request where agent_id = $1 and created_at < $2::timestamptz - make_interval(days => ${keptDays})`,
    [request.agent_id, request.created_at],
    'authzen-forget',
  )
  const made = await tx.query(
    `insert into access_request (agent_id, key, body_digest, action_id, created_at) values ($1, $2, $3, $4, $5)
     on conflict do nothing returning key`,
    [request.agent_id, request.key, request.body_digest, request.action_id, request.created_at],
    'authzen-accept',
  )
  return made.length === 1
}
