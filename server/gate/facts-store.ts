import type { Dependencies } from '@/lib/action/defer'
import type { Kept } from '@/lib/policy/kept'
import type { ResourceFact } from '@/lib/tool/resource-fact'

/** What is stored beside the columns: facts of the judgement that are no content, for screens and for judging again. */
export interface StoredFacts {
  readonly why: readonly { kind: 'rule' | 'floor'; id: string; sentence: string }[]
  readonly external: boolean
  readonly asks_person: boolean
  readonly known: boolean
  readonly amount_unreadable: boolean
  readonly claim_differs: boolean
  readonly scope_ids: readonly string[]
  readonly policy_version: number
  readonly owner_id: string
  /** What policy saw; absent where it was stopped before policy. */
  readonly given?: Kept
  /** How a rule narrowed it, a line each. */
  readonly narrowed?: readonly string[]
  /** What the system of the resource said, where one was asked. */
  readonly resource?: ResourceFact
  /** What it waits for, and how many wait one behind another up to it. */
  readonly deferred?: Dependencies & { readonly depth: number }
  /** What a person should know first, gravest first. */
  readonly risk: readonly string[]
}

/** What was stored beside an action's columns. Rows of earlier versions lack some of it. */
export function storedFacts(action: { readonly facts: string }): Partial<StoredFacts> {
  return JSON.parse(action.facts) as Partial<StoredFacts>
}
