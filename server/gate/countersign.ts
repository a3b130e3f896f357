import { verifyAuthenticationResponse } from '@simplewebauthn/server'
import { z } from 'zod'
import { countersignTierSince, isCountersigned } from '@/lib/access/countersigning'
import type { Assertion } from '@/lib/access/passkey-contract'
import { meaningsIn, type Registry } from '@/lib/gate/registry'
import { riskLevels, riskOf } from '@/lib/gate/risk'
import { challengeOf, type Evidence, faultIn, type Statement } from '@/lib/hold/countersignature'
import type { EventDraft } from '@/lib/kernel/event'
import { Refused } from '@/lib/kernel/problem'
import { doubtsOf } from '@/lib/session/doubt'
import { type ChallengeRow, lockChallenges, spendChallenges } from '@/server/access/challenge-store'
import { verifyPasskey } from '@/server/access/passkey-signature'
import { lockByCredential, type PasskeyRow, savePasskeyUse } from '@/server/access/passkey-store'
import { relyingParty, spkiOf } from '@/server/access/passkeys'
import type { ActionRow } from '@/server/action/store'
import type { Content } from '@/server/db/content-store'
import type { Tx } from '@/server/db/tx'
import type { HoldRow } from '@/server/hold/store'
import type { Instance } from '@/server/instance'
import { again } from './again'
import { provenanceShown } from './provenance-shown'

/** A signature that its key has made over this statement, which the person was asked for and has not used before. */
export interface Signed {
  readonly is: 'signed'
  readonly statement: Statement
  readonly evidence: Evidence
  readonly asked: ChallengeRow
  readonly key: { readonly id: string; readonly counter: number }
}

/** What became of a signature that came with a verdict. */
export type Checked = Signed | { readonly is: 'wrong'; readonly why: string }

/**
 * Must the approval of this be countersigned? By the strictest setting since it was opened, and by the graver of the risk
 * that it was opened with and today's.
 */
export function demandsCountersignature(
  { hold, action, content }: { hold: HoldRow; action: ActionRow | null; content: Content | undefined },
  registry: Registry,
  at: Date,
): boolean {
  const tier = countersignTierSince(registry.organisation.countersigning, hold.opened_at)
  if (tier === 'none') return false
  if (isCountersigned(tier, riskLevels[hold.risk] ?? 'critical')) return true
  const body = content?.parts.get('body')
  const today = action && again(action, body, null, registry, at)
  if (!today) return false
  const { params, tool } = today.submission
  const found = provenanceShown(body, content?.parts.get('provenance'), params)
  const doubts = doubtsOf(found, meaningsIn(registry, tool))
  return isCountersigned(tier, riskOf(today.resolved, doubts).level)
}

/** 403 that names what is missing, and where it is asked for. */
export function needsCountersignature(hold: string, why: string): Refused {
  return new Refused('hold.step_up_required', why, {
    carries: { step_up: { needs: 'countersignature', ask: `/api/console/holds/${hold}/countersignature` } },
  })
}

const statement = z.strictObject({
  hold: z.string(),
  verdict: z.string(),
  digest: z.string(),
  reviewer: z.string(),
  nonce: z.string(),
  expires_at: z.string(),
})

interface Sent {
  readonly person: string
  readonly hold: string
  readonly signature: Assertion
}

/** Checks signatures that came with verdicts, by the hold. Locks what was asked and the keys, so that both stay as they are. */
export async function checkSignatures(
  tx: Tx,
  app: Pick<Instance, 'config'>,
  sent: readonly Sent[],
  at: Date,
): Promise<ReadonlyMap<string, Checked>> {
  if (sent.length === 0) return new Map()
  const asked = await lockChallenges(
    tx,
    sent.map(one => ({ person_id: one.person, subject: one.hold })),
  )
  const keys = await lockByCredential(
    tx,
    sent.map(one => one.signature.id),
  )
  const checked = sent.map(async (one): Promise<[string, Checked]> => {
    const challenge = asked.find(row => row.subject === one.hold && row.person_id === one.person)
    const key = keys.find(row => row.credential === one.signature.id)
    return [one.hold, await check(app, one, challenge, key, at)]
  })
  return new Map(await Promise.all(checked))
}

const wrong = (why: string): Checked => ({ is: 'wrong', why })

async function check(
  app: Pick<Instance, 'config'>,
  { person, signature }: Sent,
  asked: ChallengeRow | undefined,
  key: PasskeyRow | undefined,
  at: Date,
): Promise<Checked> {
  if (!key || key.person_id !== person || key.removed_at) return wrong('That is not a passkey of yours.')
  if (key.signs_from > at)
    return wrong(`This passkey is new: it may countersign from ${key.signs_from.toISOString()} on.`)
  const read = statement.safeParse(JSON.parse(asked?.statement ?? 'null'))
  if (!asked || !read.success || asked.used_at || asked.expires_at <= at)
    return wrong('This signature is too old, or has been used. Sign again.')
  const rp = relyingParty(app)
  const found = await verifyAuthenticationResponse({
    response: {
      ...signature,
      authenticatorAttachment: signature.authenticatorAttachment ?? undefined,
      response: { ...signature.response, userHandle: signature.response.userHandle ?? undefined },
    },
    expectedChallenge: asked.challenge.toString('base64url'),
    expectedOrigin: rp.origin,
    expectedRPID: key.rp_id,
    requireUserVerification: true,
    credential: { id: key.credential, publicKey: new Uint8Array(key.public_key), counter: key.counter },
  }).catch((error: unknown) => (error instanceof Error ? error.message : 'it cannot be read'))
  if (typeof found === 'string') return wrong(`The signature was not accepted: ${found}.`)
  if (!found.verified) return wrong('The signature is not that of your passkey.')
  const evidence: Evidence = {
    passkey: key.id,
    algorithm: key.algorithm,
    public_key: spkiOf(key.public_key).toString('base64url'),
    rp_id: key.rp_id,
    nonce: read.data.nonce,
    expires_at: read.data.expires_at,
    client_data: signature.response.clientDataJSON,
    authenticator_data: signature.response.authenticatorData,
    signature: signature.response.signature,
  }
  // What is kept must prove itself to whoever reads it later, so it is read here as they will read it.
  const fault = faultIn(read.data, evidence, at, verifyPasskey)
  if (fault) return wrong(`The signature was not accepted: ${fault}.`)
  const counter = found.authenticationInfo.newCounter
  return { is: 'signed', statement: read.data, evidence, asked, key: { id: key.id, counter } }
}

/**
 * An approval together with what countersigns it; as it was where nothing must. A signature that was sent must hold, whether
 * it had to be sent or not, and must be of exactly what is approved. @throws Refused `hold.step_up_required`
 * @param logged the digest as the log carries it
 */
export function countersigned<
  A extends { readonly digest: string; readonly plan: { readonly events: readonly EventDraft[] } },
>(
  approved: A,
  known: {
    readonly hold: HoldRow
    readonly action: ActionRow | null
    readonly content: Content | undefined
    readonly signed: Checked | null
  },
  reviewer: string,
  logged: (digest: string) => string,
  registry: Registry,
  at: Date,
): A {
  const { hold, signed } = known
  if (!signed) {
    if (!demandsCountersignature(known, registry, at)) return approved
    throw needsCountersignature(hold.id, 'This is of high risk: it is countersigned with your passkey.')
  }
  if (signed.is === 'wrong') throw needsCountersignature(hold.id, signed.why)
  const { nonce, expires_at } = signed.statement
  const said = { hold: hold.id, verdict: 'approve', digest: logged(approved.digest), reviewer, nonce, expires_at }
  if (Buffer.compare(challengeOf(said), signed.asked.challenge) !== 0)
    throw needsCountersignature(hold.id, 'You signed something else than what is approved here. Sign again.')
  const events = approved.plan.events.map(one =>
    one.type === 'hold.reviewed' ? { ...one, data: { ...one.data, countersignature: signed.evidence } } : one,
  )
  return { ...approved, plan: { ...approved.plan, events, signed } }
}

/** Uses up what was asked, and notes what the keys have counted, in the transaction that decides. @throws Refused `hold.step_up_required` */
export async function spendSignatures(tx: Tx, signed: readonly Signed[], at: Date): Promise<void> {
  if (signed.length === 0) return
  const [spent] = await Promise.all([
    spendChallenges(
      tx,
      signed.map(one => one.asked),
      at,
    ),
    savePasskeyUse(
      tx,
      signed.map(one => one.key),
      at,
    ),
  ])
  const [first] = signed
  if (first && spent < signed.length) throw needsCountersignature(first.statement.hold, 'This signature has been used.')
}
