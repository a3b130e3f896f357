import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  createSecretKey,
  hash,
  type KeyObject,
  randomBytes,
} from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { freshBytes } from './random'

/**
 * Content (arguments, prompts, comments) is sealed with AES-256-GCM under a key of its own subject, which is itself
 * wrapped by the key in HOLDPOINT_HOME/keys. Destroying the wrapped key erases the content; the database alone reads nothing.
 */
export interface Vault {
  readonly fingerprint: string
  /** A new subject key: `wrapped` is stored, `key` seals this subject's parts. */
  newKey(): { key: Buffer; wrapped: Buffer }
  unwrap(wrapped: Uint8Array): Buffer
  seal(key: Buffer, text: string): Buffer
  /** A mark on a text that only a holder of the key can make: HMAC-SHA-256, base64url. */
  mark(text: string): string
  /** @throws Error when the bytes were changed or belong to another key. */
  open(key: Buffer, sealed: Uint8Array): string
}

// A key as bytes takes Node five times as long as the same key as an object.
function encrypt(key: KeyObject, plain: Buffer): Buffer {
  const nonce = freshBytes(12)
  const cipher = createCipheriv('aes-256-gcm', key, nonce)
  // GCM is a stream: its end adds nothing to the body, and makes the tag.
  const body = cipher.update(plain)
  cipher.final()
  return Buffer.concat([nonce, cipher.getAuthTag(), body])
}

function decrypt(key: KeyObject, sealed: Uint8Array): Buffer {
  const bytes = Buffer.from(sealed)
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12))
  decipher.setAuthTag(bytes.subarray(12, 28))
  return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()])
}

/** Reads a secret file of 32 random bytes in HOLDPOINT_HOME/keys, or makes it (mode 0600). */
export function keyFile(home: string, name: string): Buffer {
  const folder = join(home, 'keys')
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const file = join(folder, name)
  if (!existsSync(file)) {
    try {
      writeFileSync(file, randomBytes(32).toString('hex'), { mode: 0o600, flag: 'wx' })
    } catch (error) {
      if (!existsSync(file)) throw error
    }
  }
  const key = Buffer.from(readFileSync(file, 'utf8').trim(), 'hex')
  if (key.length !== 32) throw new Error(`${file} does not hold 32 bytes in hex`)
  return key
}

/** Opens the vault of this home. */
export function openVault(home: string): Vault {
  const master = keyFile(home, 'content.key')
  const wrapping = createSecretKey(master)
  // HMAC (RFC 2104) by two hashes in one call each: the object that Node makes for one costs four times as much.
  const marking = createHmac('sha256', master).update('holdpoint decision mark').digest()
  const padded = Buffer.concat([marking, Buffer.alloc(64 - marking.length)])
  const [inner, outer] = [padded.map(byte => byte ^ 0x36), padded.map(byte => byte ^ 0x5c)]
  return {
    fingerprint: createHash('sha256').update('holdpoint content key').update(master).digest('hex').slice(0, 32),
    newKey() {
      const key = freshBytes(32)
      return { key, wrapped: encrypt(wrapping, key) }
    },
    unwrap: wrapped => decrypt(wrapping, wrapped),
    seal: (key, text) => encrypt(createSecretKey(key), Buffer.from(text, 'utf8')),
    mark: text =>
      hash(
        'sha256',
        Buffer.concat([outer, hash('sha256', Buffer.concat([inner, Buffer.from(text)]), 'buffer')]),
        'base64url',
      ),
    open: (key, sealed) => decrypt(createSecretKey(key), sealed).toString('utf8'),
  }
}
