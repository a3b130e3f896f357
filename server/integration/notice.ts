import { createHash } from 'node:crypto'
import type { Registry } from '@/lib/gate/registry'
import { type NoticeWords, noticeWords, whyIn } from '@/lib/integration/notice-words'
import { reader } from '@/server/db/tx'
import type { Served } from '@/server/gate/served'
import { type HoldRow, readHolds } from '@/server/hold/store'

/** A message of the outbox that is due. */
export interface Due {
  readonly id: number
  readonly subject_id: string
  readonly kind: string
  readonly destination: string
  readonly payload: string
  readonly attempts: number
}

/**
 * What a message is called wherever it arrives: the same however often it is sent, and in no other message of any Holdpoint,
 * so that whoever has it twice can tell. It says nothing of what it is about.
 */
export function noticeId({ id, subject_id, kind, destination }: Omit<Due, 'payload' | 'attempts'>): string {
  const named = createHash('sha256').update(JSON.stringify([String(id), subject_id, kind, destination]))
  return `ntc_${named.digest('hex').slice(0, 32)}`
}

/** It will never arrive, and trying again would not help. `message` is for people. */
export class GivenUp extends Error {}

/** A notice about a hold, with all that any channel shows of it. */
export interface Notice extends NoticeWords {
  readonly hold: HoldRow
  readonly person: Registry['people'][number]
  readonly link: string
  readonly why: string | null
  /** The agent, by the name that it is registered under. */
  readonly agent: string | null
}

/** Names count as ours once a person has classified them: what an agent made up is in no message (U13). */
export function matterNamed(hold: Pick<HoldRow, 'kind' | 'tool' | 'operation'>, registry: Registry): string {
  if (hold.kind === 'change') return 'a change of the rules'
  const known = hold.tool !== null && registry.tools.get(hold.tool)?.classified
  const tool = known && /^[\p{L}\p{N}_.:/ -]{1,80}$/u.test(hold.tool) ? hold.tool : 'a tool'
  return hold.operation ? `${hold.operation} with ${tool}` : tool
}

/** The notice of a message, or null where it is not worth sending any more. A link opens a page and never decides (A16). */
export async function noticeOf(app: Served, row: Due): Promise<Notice | null> {
  const registry = await app.gate.registries.refresh()
  const person = registry.people.find(one => row.destination.endsWith(`:${one.id}`))
  if (person?.status !== 'active') return null
  const [hold] = await readHolds(reader(app.db.background), [row.subject_id])
  if (!hold) return null
  const words = noticeWords(row.kind, matterNamed(hold, registry))
  if (!words || (words.open && hold.status !== 'pending')) return null
  const agent = hold.agent_id ? (registry.agents.get(hold.agent_id)?.name ?? null) : null
  return { ...words, hold, person, agent, why: whyIn(row.payload), link: `${app.config.url}/approvals/${hold.id}` }
}
