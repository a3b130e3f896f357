import { hash, randomBytes } from 'node:crypto'
import { crc32 } from 'node:zlib'

const form = /^([a-z]+)_([0-9A-HJKMNP-TV-Z]{26})_([A-Za-z0-9_-]{43})_([0-9a-f]{8})$/

function checksum(text: string): string {
  return crc32(text).toString(16).padStart(8, '0')
}

/**
 * Makes a secret that says what it is and whose: `<kind>_<the id's 26 characters>_<256 random bits, base64url>_<CRC-32, 8
 * hex digits>`. It exists only in the answer that shows it; what is stored is {@link hashBearer} of it.
 */
export function mintBearer(kind: string, id: string): string {
  const body = `${kind}_${id.slice(-26)}_${randomBytes(32).toString('base64url')}`
  return `${body}_${checksum(body)}`
}

/** The 26 characters of the id in a presented secret. Null when its form or its checksum is wrong: a typo costs no query. */
export function readBearer(kind: string, text: string): string | null {
  const found = form.exec(text)
  return found && found[1] === kind && checksum(text.slice(0, -9)) === found[4] ? (found[2] ?? null) : null
}

/** SHA-256 of the whole secret. 256 random bits need no slow hash. */
export function hashBearer(secret: string): Buffer {
  return hash('sha256', secret, 'buffer')
}
