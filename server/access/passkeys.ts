import { createPublicKey, randomBytes } from 'node:crypto'
import { generateRegistrationOptions, verifyRegistrationResponse } from '@simplewebauthn/server'
import { decodeCredentialPublicKey } from '@simplewebauthn/server/helpers'
import { type Algorithm, algorithms, maxPasskeys, registrationSeconds, signsFrom } from '@/lib/access/passkey'
import type { AddPasskeyBody } from '@/lib/access/passkey-contract'
import { passkeyEvent } from '@/lib/access/passkey-events'
import { mayEverywhere, type SignedIn } from '@/lib/access/permission'
import { etagOf, matchesEtag } from '@/lib/kernel/etag'
import type { PersonId } from '@/lib/kernel/id'
import { Refused } from '@/lib/kernel/problem'
import { clock } from '@/server/db/guard'
import { newId } from '@/server/db/id'
import { record } from '@/server/db/record'
import { reader, type Tx, transact } from '@/server/db/tx'
import type { Instance } from '@/server/instance'
import { lockChallenges, saveChallenge, spendChallenges } from './challenge-store'
import { assertFresh } from './fresh'
import {
  hadPasskey,
  insertPasskey,
  livePasskeys,
  lockPasskey,
  type PasskeyId,
  type PasskeyRow,
  removePasskeys,
  renamePasskey,
} from './passkey-store'
import { showTold, tellOwner } from './passkey-told'
import { findPerson } from './person-store'

type App = Pick<Instance, 'db' | 'config'>

/** Who keys are made for: this deployment, by the host of its address (WebAuthn Level 3 §5.4.2). */
export function relyingParty({ config }: Pick<Instance, 'config'>): { id: string; origin: string } {
  const { hostname, origin } = new URL(config.url)
  return { id: hostname, origin }
}

/**
 * A key as browsers are told of it (WebAuthn Level 3 §5.8.3), with the ways in which it said that it is reached. Without them a
 * browser asks everything that is plugged in, and whatever answers first that it has no such key ends the request.
 */
export function descriptorOf({ credential, transports }: Pick<PasskeyRow, 'credential' | 'transports'>) {
  return { id: credential, ...(transports.length > 0 ? { transports: [...transports] } : {}) }
}

/** The subject of a registration's challenge; a countersignature's is its hold. */
const registration = 'registration'

/**
 * What the browser needs to make a key for this person, after a fresh sign-in. What it needed before is void.
 * @throws Refused `session.stale`, `passkey.limit`
 */
export async function beginPasskey(app: App, person: SignedIn): Promise<Record<string, unknown>> {
  const challenge = randomBytes(32)
  const rp = relyingParty(app)
  const live = await transact(app.db, async tx => {
    const at = await clock(tx)
    assertFresh(person, at)
    const keys = await livePasskeys(tx, person.id)
    if (keys.length >= maxPasskeys) throw new Refused('passkey.limit')
    const expires_at = new Date(at.getTime() + registrationSeconds * 1_000)
    const asked = {
      person_id: person.id,
      subject: registration,
      challenge,
      statement: null,
      created_at: at,
      expires_at,
    }
    await saveChallenge(tx, asked)
    return keys
  })
  const options = await generateRegistrationOptions({
    rpID: rp.id,
    rpName: 'Holdpoint',
    userID: new Uint8Array(Buffer.from(person.id)),
    userName: person.email,
    userDisplayName: person.name,
    challenge: new Uint8Array(challenge),
    timeout: registrationSeconds * 1_000,
    attestationType: 'none',
    authenticatorSelection: { residentKey: 'preferred', userVerification: 'required' },
    supportedAlgorithmIDs: [...algorithms],
    excludeCredentials: live.map(descriptorOf),
  })
  return { ...options }
}

/**
 * Registers the key that the browser made, and tells the person of it. Their very first one may countersign at once, every
 * later one after a day. `from` is the address that it is done from, here and below.
 * @throws Refused `session.stale`, `passkey.invalid`, `passkey.exists`, `passkey.limit`
 */
export async function addPasskey(
  app: App,
  person: SignedIn,
  { name, response }: AddPasskeyBody,
  from: string,
): Promise<PasskeyId> {
  return transact(app.db, async tx => {
    // One registration of a person after the other: how many keys there are is counted.
    if (!(await findPerson(tx, person.id, true))) throw new Refused('session.required')
    const [asked] = await lockChallenges(tx, [{ person_id: person.id, subject: registration }])
    const at = await clock(tx)
    assertFresh(person, at)
    const spent = asked && (await spendChallenges(tx, [asked], at)) === 1
    if (!asked || !spent) throw new Refused('passkey.invalid', 'That took too long, or was done before. Begin again.')
    if ((await livePasskeys(tx, person.id)).length >= maxPasskeys) throw new Refused('passkey.limit')
    const rp = relyingParty(app)
    const made = await readMade(response, asked.challenge, rp)
    const id: PasskeyId = newId('psk')
    const signs_from = signsFrom(at, await hadPasskey(tx, person.id))
    const { public_key } = made
    const row = { id, person_id: person.id, name, rp_id: rp.id, created_at: at, signs_from, ...made }
    if (!(await insertPasskey(tx, row))) throw new Refused('passkey.exists')
    tx.hint('member', [person.id])
    await record(tx, at, [
      passkeyEvent('passkey.added', { kind: 'person', id: person.id }, [person.id, id], {
        person_id: person.id,
        passkey: id,
        algorithm: made.algorithm,
        public_key: spkiOf(public_key).toString('base64url'),
        rp_id: rp.id,
        signs_from: signs_from.toISOString(),
      }),
    ])
    const told = { person_id: person.id, kind: 'passkey.added', of: id, by: person.id, from, keys: 1 } as const
    await tellOwner(app, tx, at, { ...told, signs_from })
    return id
  })
}

async function readMade(
  response: AddPasskeyBody['response'],
  challenge: Buffer,
  rp: ReturnType<typeof relyingParty>,
): Promise<Pick<PasskeyRow, 'credential' | 'public_key' | 'algorithm' | 'counter' | 'transports' | 'backed_up'>> {
  const found = await verifyRegistrationResponse({
    response: { ...response, authenticatorAttachment: response.authenticatorAttachment ?? undefined },
    expectedChallenge: challenge.toString('base64url'),
    expectedOrigin: rp.origin,
    expectedRPID: rp.id,
    requireUserVerification: true,
    supportedAlgorithmIDs: [...algorithms],
  }).catch((error: unknown) => {
    throw new Refused('passkey.invalid', error instanceof Error ? error.message : undefined)
  })
  if (!found.verified) throw new Refused('passkey.invalid')
  const { credential, credentialBackedUp } = found.registrationInfo
  const public_key = Buffer.from(credential.publicKey)
  const algorithm = algorithmOf(public_key)
  if (algorithm === null) throw new Refused('passkey.invalid', 'Keys of this kind are not taken.')
  return {
    credential: credential.id,
    public_key,
    algorithm,
    counter: credential.counter,
    transports: credential.transports ?? [],
    backed_up: credentialBackedUp,
  }
}

/** Members of a COSE key (RFC 9053): 3 the algorithm; -1, -2, -3 curve or modulus, x or exponent, y. */
function membersOf(cose: Buffer): (label: number) => unknown {
  const map: { get(label: number): unknown } = decodeCredentialPublicKey(new Uint8Array(cose))
  return label => map.get(label)
}

function algorithmOf(cose: Buffer): Algorithm | null {
  const said = membersOf(cose)(3)
  return algorithms.find(one => one === said) ?? null
}

/** A key as everybody but authenticators writes it: SubjectPublicKeyInfo (RFC 5280 §4.1.2.7), DER. */
export function spkiOf(cose: Buffer): Buffer {
  const member = membersOf(cose)
  const text = (label: number) => {
    const bytes = member(label)
    if (!(bytes instanceof Uint8Array)) throw new Refused('passkey.invalid', 'This key cannot be read.')
    return Buffer.from(bytes).toString('base64url')
  }
  const algorithm = algorithmOf(cose)
  const jwk =
    algorithm === -257
      ? { kty: 'RSA', n: text(-1), e: text(-2) }
      : algorithm === -8
        ? { kty: 'OKP', crv: 'Ed25519', x: text(-2) }
        : { kty: 'EC', crv: 'P-256', x: text(-2), y: text(-3) }
  try {
    return createPublicKey({ key: jwk, format: 'jwk' }).export({ format: 'der', type: 'spki' })
  } catch {
    throw new Refused('passkey.invalid', 'This key cannot be read.')
  }
}

/** The keys of this person, as their account page shows them. */
export async function showPasskeys(app: App, person: SignedIn) {
  const db = reader(app.db.pool)
  const [rows, next_cools, at] = await Promise.all([livePasskeys(db, person.id), hadPasskey(db, person.id), clock(db)])
  const items = rows.map(one => ({
    id: one.id,
    name: one.name,
    created_at: one.created_at,
    last_used_at: one.last_used_at,
    signs_from: one.signs_from,
    cooling: one.signs_from > at,
    backed_up: one.backed_up,
    etag: etagOf(one.version),
  }))
  const changes = await showTold(db, person.id, at)
  return { items, limit: maxPasskeys, rp_id: relyingParty(app).id, next_cools, changes }
}

async function lockOwn(tx: Tx, person: SignedIn, id: string): Promise<PasskeyRow> {
  const found = await lockPasskey(tx, person.id, id)
  if (!found) throw new Refused('request.not_found')
  return found
}

/** Calls a key something else; nothing hangs on its name. @throws Refused 404, 412 */
export async function namePasskey(
  app: App,
  person: SignedIn,
  id: string,
  name: string,
  ifMatch: string | null,
): Promise<void> {
  await transact(app.db, async tx => {
    const was = await lockOwn(tx, person, id)
    if (!matchesEtag(ifMatch, was.version)) throw new Refused('request.precondition_failed')
    await renamePasskey(tx, was.id, name)
  })
}

/** Removes a key for ever: from this commit on it countersigns nothing. @throws Refused 404, `session.stale` */
export async function removePasskey(app: App, person: SignedIn, id: string, from: string): Promise<void> {
  await transact(app.db, async tx => {
    const was = await lockOwn(tx, person, id)
    const at = await clock(tx)
    assertFresh(person, at)
    await removePasskeys(tx, person.id, was.id, person.id, at)
    tx.hint('member', [person.id])
    const by = { kind: 'person', id: person.id } as const
    await record(tx, at, [
      passkeyEvent('passkey.removed', by, [person.id, was.id], { person_id: person.id, passkey: was.id }),
    ])
    const told = { person_id: person.id, kind: 'passkey.removed', of: was.id, by: person.id, from, keys: 1 } as const
    await tellOwner(app, tx, at, told)
  })
}

/**
 * Removes every key of somebody who has lost theirs, with the reason, after a fresh sign-in. Whoever holds the account
 * then registers a new one, which cools down for a day. Nobody resets their own. Returns how many there were.
 * @throws Refused 403, 404, `session.stale`
 */
export async function resetPasskeys(
  app: App,
  by: SignedIn,
  id: PersonId,
  reason: string,
  from: string,
): Promise<number> {
  if (!mayEverywhere(by, 'members.write')) throw new Refused('request.forbidden')
  if (id === by.id) throw new Refused('request.forbidden', 'Remove your own passkeys on your account page.')
  return transact(app.db, async tx => {
    if (!(await findPerson(tx, id, true))) throw new Refused('request.not_found')
    const at = await clock(tx)
    assertFresh(by, at)
    const passkeys = await removePasskeys(tx, id, null, by.id, at)
    if (passkeys.length === 0) return 0
    tx.hint('member', [id])
    await record(tx, at, [
      passkeyEvent('passkey.reset', { kind: 'person', id: by.id }, [id], { person_id: id, passkeys, reason }),
    ])
    const [kind, of] = ['passkey.reset', at.toISOString()] as const
    await tellOwner(app, tx, at, { person_id: id, kind, of, by: by.id, from, keys: passkeys.length })
    return passkeys.length
  })
}
