import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, concatBytes, hexToBytes, utf8ToBytes } from '@noble/hashes/utils.js'
import { same, verifyConsistency } from './proof'

/** Ed25519 over a message, by whoever has it: Node in the server and the verifier. */
export type Sign = (message: Uint8Array) => Uint8Array
export type Verify = (publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array) => boolean

/** The head of a log as it was signed (C2SP tlog-checkpoint, in a C2SP signed note). */
export interface Checkpoint {
  readonly origin: string
  readonly size: number
  readonly root: Uint8Array
  /** What the signatures are over: origin, size, root and any lines of extensions, each with its newline. */
  readonly text: string
  readonly signatures: readonly { readonly name: string; readonly keyId: string; readonly signature: Uint8Array }[]
}

/** A verifier key of C2SP signed notes: `name+keyId+base64(0x01 ‖ public key)`. */
export interface VerifierKey {
  readonly name: string
  readonly keyId: string
  readonly publicKey: Uint8Array
}

const ed25519 = Uint8Array.of(1)

const toBase64 = (bytes: Uint8Array) => btoa(Array.from(bytes, byte => String.fromCharCode(byte)).join(''))

/** Standard base64 with padding, and only in its one canonical form; null for anything else. */
function fromBase64(text: string): Uint8Array | null {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return null
  try {
    const bytes = Uint8Array.from(atob(text), character => character.charCodeAt(0))
    return toBase64(bytes) === text ? bytes : null
  } catch {
    return null
  }
}

/** The key's id: the first four bytes of SHA-256(name ‖ newline ‖ 0x01 ‖ public key), in hex. */
export function keyIdOf(name: string, publicKey: Uint8Array): string {
  return bytesToHex(sha256(concatBytes(utf8ToBytes(`${name}\n`), ed25519, publicKey)).subarray(0, 4))
}

/** Writes a verifier key. */
export function encodeVerifierKey(name: string, publicKey: Uint8Array): string {
  return `${name}+${keyIdOf(name, publicKey)}+${toBase64(concatBytes(ed25519, publicKey))}`
}

/** Reads a verifier key; null when it is not one (or not Ed25519, or its id is not its own). */
export function parseVerifierKey(text: string): VerifierKey | null {
  const [, name, keyId, encoded] = /^([^\s+]+)\+([0-9a-f]{8})\+(\S+)$/.exec(text.trim()) ?? []
  const bytes = encoded === undefined ? null : fromBase64(encoded)
  if (!name || !keyId || bytes?.length !== 33 || bytes[0] !== 1) return null
  const publicKey = bytes.subarray(1)
  return keyIdOf(name, publicKey) === keyId ? { name, keyId, publicKey } : null
}

/** Signs a head: the note that is stored, handed out, and rides along on every gate answer. */
export function signCheckpoint(
  head: { origin: string; size: number; root: Uint8Array },
  publicKey: Uint8Array,
  sign: Sign,
): string {
  const text = `${head.origin}\n${head.size}\n${toBase64(head.root)}\n`
  const line = concatBytes(hexToBytes(keyIdOf(head.origin, publicKey)), sign(utf8ToBytes(text)))
  return `${text}\n— ${head.origin} ${toBase64(line)}\n`
}

/** Reads a signed checkpoint, checking its form and not its signatures; null when it is not one. */
export function parseCheckpoint(note: string): Checkpoint | null {
  const at = note.lastIndexOf('\n\n')
  if (at < 0 || !note.endsWith('\n') || /[^\n\P{Cc}]/u.test(note)) return null
  const text = note.slice(0, at + 1)
  const [origin, size, encoded] = text.split('\n')
  const root = fromBase64(encoded ?? '')
  if (!origin || !/^(0|[1-9]\d{0,15})$/.test(size ?? '') || root?.length !== 32) return null
  const signatures = note
    .slice(at + 2, -1)
    .split('\n')
    .map(line => {
      const [, name, blob] = /^— (\S+) (\S+)$/.exec(line) ?? []
      const bytes = fromBase64(blob ?? '')
      return name && bytes && bytes.length > 4
        ? { name, keyId: bytesToHex(bytes.subarray(0, 4)), signature: bytes.subarray(4) }
        : null
    })
  const read = signatures.filter(one => one !== null)
  return read.length === signatures.length && Number.isSafeInteger(Number(size))
    ? { origin, size: Number(size), root, text, signatures: read }
    : null
}

/** Did the holder of this key sign this head, under the key's own name? */
export function isSignedBy(checkpoint: Checkpoint, key: VerifierKey, verify: Verify): boolean {
  return (
    checkpoint.origin === key.name &&
    checkpoint.signatures.some(
      one =>
        one.name === key.name &&
        one.keyId === key.keyId &&
        verify(key.publicKey, utf8ToBytes(checkpoint.text), one.signature),
    )
  )
}

/**
 * What two signed heads of one log say about each other (INV-34). `fork`: same size, another root; the two notes together
 * are the proof. `unproven`: sizes differ and no proof was given. `inconsistent`: the proof does not hold.
 */
export type Comparison = 'same' | 'consistent' | 'fork' | 'unproven' | 'inconsistent' | 'other_log'

/** Compares two heads; `proof` is the consistency proof between their sizes. */
export function compareHeads(a: Checkpoint, b: Checkpoint, proof?: readonly Uint8Array[]): Comparison {
  if (a.origin !== b.origin) return 'other_log'
  if (a.size === b.size) return same(a.root, b.root) ? 'same' : 'fork'
  const [older, newer] = a.size < b.size ? [a, b] : [b, a]
  if (!proof) return 'unproven'
  return verifyConsistency(older.size, newer.size, older.root, newer.root, proof) ? 'consistent' : 'inconsistent'
}
