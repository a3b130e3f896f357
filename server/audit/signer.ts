import {
  type Checkpoint,
  encodeVerifierKey,
  isSignedBy,
  parseVerifierKey,
  signCheckpoint,
} from '@/lib/audit/checkpoint'
import { keyFile } from '@/server/db/vault'
import { ed25519Key, nodeSha256, verifyEd25519 } from './ed25519'

/** Signs heads of the log with the key in HOLDPOINT_HOME/keys/log.key (0600, made at the first start), never in the database. */
export interface Signer {
  /** Names the log for ever: it is made of the key, so that another key is another log. */
  readonly origin: string
  /** The verifier key (C2SP): what `holdpoint verify --key` takes. */
  readonly vkey: string
  sign(size: number, root: Uint8Array): string
  isOurs(checkpoint: Checkpoint): boolean
}

const open = new Map<string, Signer>()

/** Opens the signer of a home; the same one for the same home. */
export function openSigner(home: string): Signer {
  const known = open.get(home)
  if (known) return known
  const key = ed25519Key(keyFile(home, 'log.key'))
  const origin = `holdpoint/${Buffer.from(nodeSha256(key.publicKey)).toString('hex').slice(0, 16)}`
  const vkey = encodeVerifierKey(origin, key.publicKey)
  const parsed = parseVerifierKey(vkey)
  const signer: Signer = {
    origin,
    vkey,
    sign: (size, root) => signCheckpoint({ origin, size, root }, key.publicKey, key.sign),
    isOurs: checkpoint => parsed !== null && isSignedBy(checkpoint, parsed, verifyEd25519),
  }
  open.set(home, signer)
  return signer
}
