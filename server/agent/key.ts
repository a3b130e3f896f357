import { hash, randomBytes } from 'node:crypto'
import { crc32 } from 'node:zlib'
import type { CredentialId } from '@/lib/kernel/id'

const form = /^hp_([0-9A-HJKMNP-TV-Z]{26})_([A-Za-z0-9_-]{43})_([0-9a-f]{8})$/

function checksum(text: string): string {
  return crc32(text).toString(16).padStart(8, '0')
}

/**
 * Makes the key of a credential: `hp_<the id's 26 characters>_<256 random bits, base64url>_<CRC-32, 8 hex digits>`.
 * It exists only in the answer that shows it; what is stored is {@link hashKey} of it.
 */
export function mintKey(id: CredentialId): string {
  const body = `hp_${id.slice(-26)}_${randomBytes(32).toString('base64url')}`
  return `${body}_${checksum(body)}`
}

/** Reads a presented key. Null when its form or its checksum is wrong: a typo costs no query. */
export function parseKey(text: string): { readonly credential_id: CredentialId } | null {
  const found = form.exec(text)
  if (!found || checksum(text.slice(0, -9)) !== found[3]) return null
  return { credential_id: `crd_${found[1]}` }
}

/** SHA-256 of the whole key. 256 random bits need no slow hash. */
export function hashKey(key: string): Buffer {
  return hash('sha256', key, 'buffer')
}

/** What may be shown of a key for ever: enough to recognise it, nothing of its secret. */
export function keyPrefix(id: CredentialId): string {
  return `hp_${id.slice(-26, -16)}…`
}
