import { createHash, createPrivateKey, createPublicKey, type KeyObject, randomBytes, sign } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { permitAlgorithm, permitSeconds, permitType } from '@/lib/permit/permit'
import type { Instance } from '@/server/instance'

/** A signing key of permits. It signs until the next one begins, and verifies until the last permit it signed has ended. */
export interface PermitKey {
  /** RFC 7638 thumbprint of the public key. */
  readonly kid: string
  readonly publicKey: KeyObject
  /** The public key in base64url (RFC 8037 §2). */
  readonly x: string
  /** When the next key took over, by the clock of the database; null: it is the one that signs. */
  readonly replaced_at: Date | null
  /** Its last permit has ended at this time at the latest; null while it signs. */
  readonly dead_at: Date | null
}

/** The keys of one home: several instances share it, and each sees what another has rotated within a second. */
export interface Keyring {
  /** Names the deployment in every permit; made of the first key, and the same for ever. */
  readonly issuer: string
  /**
   * Signs claims with the newest key: a compact JWS (RFC 7515), a permit unless another type is named. At once: to wake a
   * thread for it, and be woken, costs as much as the signature, and an agent that waits would be answered a turn later.
   */
  sign(claims: object, type?: string): string
  /** The key of this id, dead or not; null for one that was never ours. */
  find(kid: string): PermitKey | null
  all(): readonly PermitKey[]
  /** Makes a key ready beside the others, unused; `begin` puts it in force in one step, `drop` forgets it. */
  prepare(at: Date, atOnce: boolean): { kid: string; replaces: string; begin(): void; drop(): void }
}

const stored = z.object({ secret: z.string().regex(/^[0-9a-f]{64}$/), from: z.iso.datetime(), at_once: z.boolean() })
const pkcs8 = Buffer.from('302e020100300506032b657004220420', 'hex')
/** Another instance may sign with the old key until it has looked again. */
const lookAgainMs = 1_000
export const graceSeconds = 5

interface Loaded extends PermitKey {
  readonly secret: KeyObject
  readonly head: string
  readonly from: Date
  readonly atOnce: boolean
}

const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')

function keyOf(text: string): Omit<Loaded, 'replaced_at' | 'dead_at'> {
  const { secret, from, at_once } = stored.parse(JSON.parse(text))
  const der = Buffer.concat([pkcs8, Buffer.from(secret, 'hex')])
  const privateKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
  const publicKey = createPublicKey(privateKey)
  const x = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32).toString('base64url')
  // RFC 8037 Appendix A.3: the members of the thumbprint in this order.
  const kid = createHash('sha256').update(`{"crv":"Ed25519","kty":"OKP","x":"${x}"}`).digest('base64url')
  const head = encode({ alg: permitAlgorithm, kid, typ: permitType })
  return { kid, publicKey, x, secret: privateKey, head, from: new Date(from), atOnce: at_once }
}

const open = new Map<string, Keyring>()

/** Opens the keyring of HOLDPOINT_HOME/keys/permits (0700, files 0600; the first key is made at the first start). */
export function openKeyring({ config: { home } }: Pick<Instance, 'config'>): Keyring {
  const known = open.get(home)
  if (known) return known
  const ring = load(join(home, 'keys', 'permits'))
  open.set(home, ring)
  return ring
}

const fileName = (number: number) => `${String(number).padStart(6, '0')}.key`

function load(folder: string): Keyring {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  let keys: readonly Loaded[] = []
  let names = ''
  let lookedAt = Number.NEGATIVE_INFINITY

  const files = () =>
    readdirSync(folder)
      .filter(name => /^\d{6}\.key$/.test(name))
      .sort()
  const write = (name: string, from: Date, atOnce: boolean) => {
    const text = JSON.stringify({ secret: randomBytes(32).toString('hex'), from: from.toISOString(), at_once: atOnce })
    writeFileSync(join(folder, name), text, { mode: 0o600, flag: 'wx' })
    return text
  }
  if (files().length === 0) {
    try {
      write(fileName(1), new Date(0), false)
    } catch (error) {
      // Another instance of this home has been faster.
      if (!existsSync(join(folder, fileName(1)))) throw error
    }
  }

  const look = (): readonly Loaded[] => {
    const now = performance.now()
    if (now - lookedAt < lookAgainMs) return keys
    lookedAt = now
    const found = files()
    if (found.join() === names) return keys
    const read = found.map(name => keyOf(readFileSync(join(folder, name), 'utf8')))
    keys = read.map((key, at) => {
      const next = read[at + 1]
      const killed = read.slice(at + 1).find(one => one.atOnce)
      const ended = next && new Date(next.from.getTime() + (permitSeconds + graceSeconds) * 1_000)
      const dead = ended && killed && killed.from < ended ? killed.from : ended
      return { ...key, replaced_at: next?.from ?? null, dead_at: dead ?? null }
    })
    names = found.join()
    return keys
  }
  const newest = (): Loaded => {
    const last = look().at(-1)
    if (!last) throw new Error(`${folder} holds no key`)
    return last
  }
  const first = look()[0]
  if (!first) throw new Error(`${folder} holds no key`)

  return {
    issuer: `urn:holdpoint:${first.kid}`,
    sign(claims, type) {
      const key = newest()
      const head = type === undefined ? key.head : encode({ alg: permitAlgorithm, kid: key.kid, typ: type })
      const input = `${head}.${encode(claims)}`
      return `${input}.${sign(null, Buffer.from(input), key.secret).toString('base64url')}`
    },
    find: kid => look().find(one => one.kid === kid) ?? null,
    all: look,
    prepare(at, atOnce) {
      lookedAt = Number.NEGATIVE_INFINITY
      const replaces = newest().kid
      const number = Number.parseInt(files().at(-1) ?? '0', 10) + 1
      const draft = `${fileName(number)}.${process.pid}.${randomBytes(4).toString('hex')}`
      const { kid } = keyOf(write(draft, at, atOnce))
      return {
        kid,
        replaces,
        begin() {
          renameSync(join(folder, draft), join(folder, fileName(number)))
          lookedAt = Number.NEGATIVE_INFINITY
        },
        drop: () => rmSync(join(folder, draft), { force: true }),
      }
    },
  }
}
