import type { CredentialId } from '@/lib/kernel/id'
import { hashBearer, mintBearer, readBearer } from '@/server/db/bearer'

/** Makes the key of a credential: `hp_<the id's 26 characters>_…`. It exists only in the answer that shows it. */
export function mintKey(id: CredentialId): string {
  return mintBearer('hp', id)
}

/** Reads a presented key. Null when its form or its checksum is wrong: a typo costs no query. */
export function parseKey(text: string): { readonly credential_id: CredentialId } | null {
  const id = readBearer('hp', text)
  return id === null ? null : { credential_id: `crd_${id}` }
}

/** What is stored of a key. */
export const hashKey = hashBearer

/** What may be shown of a key for ever: enough to recognise it, nothing of its secret. */
export function keyPrefix(id: CredentialId): string {
  return `hp_${id.slice(-26, -16)}…`
}
