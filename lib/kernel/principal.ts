import type { AgentId, CredentialId, PersonId } from './id'

/** Who acts: a human, an agent with the credential it used, or a named part of the system itself. */
export type Principal =
  | { readonly kind: 'person'; readonly id: PersonId }
  | { readonly kind: 'agent'; readonly id: AgentId; readonly credential_id: CredentialId }
  | { readonly kind: 'system'; readonly id: 'gate' | 'engine' | 'gateway' | 'setup' | 'demo' }

/** The principal as events and answers carry it. */
export function reference(by: Principal): { kind: Principal['kind']; id: string } {
  return { kind: by.kind, id: by.id }
}
