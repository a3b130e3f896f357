import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, concatBytes, hexToBytes, utf8ToBytes } from '@noble/hashes/utils.js'
import { canonical } from './canonical'

/** SHA-256 in lower-case hex. Text is hashed as UTF-8. Runs in browsers too. */
export function sha256Hex(input: Uint8Array | string): string {
  return bytesToHex(sha256(typeof input === 'string' ? utf8ToBytes(input) : input))
}

/** `sha256:` + hex over the RFC 8785 form of a value. The gate brings Node's own hash, which is five times as fast. */
export function digestOf(value: unknown, hex: (text: string) => string = sha256Hex): string {
  return `sha256:${hex(canonical(value))}`
}

/** The digest of an action (api §2): over `{params, resource, tool}` exactly as sent, `resource` null if absent. */
export function actionDigest(
  action: { tool: string; resource: unknown; params: unknown },
  hex?: (text: string) => string,
): string {
  return digestOf({ params: action.params, resource: action.resource ?? null, tool: action.tool }, hex)
}

/** A digest as the log carries it: `sha256:` + hex SHA-256(salt ‖ digest). The salt is hex. */
export function saltedDigest(salt: string, digest: string): string {
  return `sha256:${bytesToHex(sha256(concatBytes(hexToBytes(salt), utf8ToBytes(digest))))}`
}
