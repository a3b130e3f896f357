import type { HoldId, ToolId } from '@/lib/kernel/id'
import type { Classification, Operation } from '@/lib/kernel/scale'

/** What a parameter of a tool means. Amounts that count come from the parameter marked `amount`. */
export const meanings = [
  'amount',
  'currency',
  'recipient',
  'resource_id',
  'person',
  'subject',
  'body',
  'file',
  'reference',
  'code',
  'sql',
  'date',
  'count',
  'secret',
  'other',
] as const
export type Meaning = (typeof meanings)[number]

/*
 * unclassified ──a person classifies──▶ classified ──a person classifies anew──▶ classified
 */
export type ToolStatus = 'unclassified' | 'classified'

/** What a person has said that a tool is. Hints of its source only suggest. */
export interface Classified {
  readonly operation: Operation
  readonly reversible: boolean
  /** Its effect leaves the organisation (a mail to a customer, a post). */
  readonly external: boolean
  /** It hands over to a person or asks one: always allowed. */
  readonly asks_person: boolean
  /** Null counts as restricted. */
  readonly sensitivity: Classification | null
  readonly parameters: Readonly<Record<string, Meaning>>
  /** e.g. `Pay {amount} to {recipient}`; null: the product writes a plain one. */
  readonly sentence: string | null
}

/** One entry of the catalogue. The name is compared byte for byte. */
export interface Tool {
  readonly id: ToolId
  readonly name: string
  readonly description: string
  /** The system that it is reached through; empty where nobody has said. Permits name it as their audience. */
  readonly source?: string
  /** Null while nobody has classified it. */
  readonly classified: Classified | null
  /** The one open item under which its waiting calls hang. */
  /** Its source describes it otherwise than what people classified. */
  readonly drifted?: boolean
  readonly classify_hold_id: HoldId | null
}

/** A fact about resources that people have written down: it may tighten what the agent says of them. */
export interface ResourcePattern {
  readonly type_pattern: string
  readonly id_pattern: string
  readonly environment: 'development' | 'staging' | 'production' | null
  readonly tenant: string | null
  readonly classification: Classification | null
}
