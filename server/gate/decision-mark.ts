import type { Decision } from '@/lib/action/decision'
import type { Vault } from '@/server/db/vault'

/** What the mark is over: which action, what may be executed, by whose word and under which policy. */
const textOf = (id: string, { verdict, by, code, executable_digest, policy_version }: Decision) =>
  JSON.stringify([id, verdict, by, code, executable_digest, policy_version])

/** An allow with the mark of whoever decided it. Whoever only writes to the database cannot make it (T13). */
export function marked(vault: Vault, id: string, decision: Decision): Decision {
  return { ...decision, mark: vault.mark(textOf(id, decision)) }
}

/** Was this allow decided by the gate, or written into the database by somebody else? */
export function isMarked(vault: Vault, id: string, decision: Decision): boolean {
  return decision.mark !== undefined && decision.mark === vault.mark(textOf(id, decision))
}
