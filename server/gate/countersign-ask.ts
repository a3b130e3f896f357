import { randomBytes } from 'node:crypto'
import { generateAuthenticationOptions } from '@simplewebauthn/server'
import type { SignedIn } from '@/lib/access/permission'
import { eligibility } from '@/lib/hold/conflict'
import { challengeOf, countersignSeconds } from '@/lib/hold/countersignature'
import { isId } from '@/lib/kernel/id'
import { Refused } from '@/lib/kernel/problem'
import { saveChallenge } from '@/server/access/challenge-store'
import { livePasskeys } from '@/server/access/passkey-store'
import { descriptorOf, relyingParty } from '@/server/access/passkeys'
import { actionsOfHolds } from '@/server/action/store'
import { readContentOfHolds } from '@/server/db/content-store'
import { type Tx, transact } from '@/server/db/tx'
import { readHolds } from '@/server/hold/store'
import type { Instance } from '@/server/instance'
import { closed } from './closed'
import { needsCountersignature } from './countersign'
import { matterOf } from './matter'
import { changedParams } from './modify'
import type { Registries } from './registry'
import { present } from './settle'

/** What is about to be approved: the digest of what was shown, and other arguments where the person changed them. */
export interface Asking {
  readonly digest: string
  readonly params?: Readonly<Record<string, unknown>> | undefined
}

/**
 * What this person signs to approve exactly this: valid for five minutes, for this hold and digest, once. It decides
 * nothing. What was asked of them about this hold before is void.
 * @throws Refused request.not_found, hold.closed, hold.changed, hold.ineligible, hold.invalid_change, hold.step_up_required
 */
export async function askCountersignature(
  app: Instance,
  registries: Registries,
  person: SignedIn,
  id: string,
  asking: Asking,
) {
  if (!isId('hld', id)) throw new Refused('request.not_found')
  const rp = relyingParty(app)
  const { statement, salt, challenge, keys } = await transact(app.db, async tx => {
    const { at, digest, salt } = await whatIsApproved(tx, app, registries, person, id, asking)
    const keys = (await livePasskeys(tx, person.id)).filter(one => one.signs_from <= at && one.rp_id === rp.id)
    if (keys.length === 0) throw needsCountersignature(id, await withoutKey(tx, person, at))
    const expires_at = new Date(at.getTime() + countersignSeconds * 1_000)
    const statement = {
      hold: id,
      verdict: 'approve' as const,
      digest,
      reviewer: person.id,
      nonce: randomBytes(32).toString('base64url'),
      expires_at: expires_at.toISOString(),
    }
    const challenge = challengeOf(statement)
    await saveChallenge(tx, {
      person_id: person.id,
      subject: id,
      challenge: Buffer.from(challenge),
      statement: JSON.stringify(statement),
      created_at: at,
      expires_at,
    })
    return { statement, salt, challenge, keys }
  })
  const options = await generateAuthenticationOptions({
    rpID: rp.id,
    // Bytes: a text would be encoded once more, and something else be signed.
    challenge: new Uint8Array(challenge),
    timeout: countersignSeconds * 1_000,
    userVerification: 'required',
    allowCredentials: keys.map(descriptorOf),
  })
  return { statement, salt, options: { ...options } }
}

/** The digest, as the log will carry it, of what this person would approve. */
async function whatIsApproved(
  tx: Tx,
  app: Instance,
  registries: Registries,
  person: SignedIn,
  id: string,
  asking: Asking,
) {
  const [[hold], [action], contents, { at, registry }] = await Promise.all([
    readHolds(tx, [id]),
    actionsOfHolds(tx, [id]),
    readContentOfHolds(tx, app.vault, [id]),
    present(tx, registries),
  ])
  const me = registry.people.find(one => one.id === person.id)
  const matter = hold && matterOf(hold, action ?? null, registry, at)
  if (!hold || !me || !matter?.visible(me)) throw new Refused('request.not_found')
  if (hold.status !== 'pending') throw closed(hold)
  const mine = eligibility(hold.requirement, matter.side, me, registry.people, matter.selfAllowed)
  if (!mine.may_approve) throw new Refused('hold.ineligible', mine.reason ?? undefined)
  if (asking.digest !== hold.shown_digest) throw new Refused('hold.changed')
  const content = contents.get(hold.action_id ?? hold.id)
  const [body, pinned] = [content?.parts.get('body'), content?.parts.get('params')]
  const changed = asking.params ? changedParams(matter, body, pinned, { ...asking.params }, registry) : null
  const salt = content?.salt() ?? null
  if (!content || salt === null) throw new Refused('hold.ineligible', 'What was asked has been erased.')
  return { at, digest: content.salted(changed?.digest ?? hold.shown_digest), salt }
}

async function withoutKey(tx: Tx, person: SignedIn, at: Date): Promise<string> {
  const [first] = await livePasskeys(tx, person.id)
  if (!first) return 'This is countersigned with a passkey, and you have none. Register one on your account page.'
  return first.signs_from > at
    ? `Your passkey is new: it may countersign from ${first.signs_from.toISOString()} on.`
    : 'Your passkeys were made for another address of this Holdpoint. Register one here.'
}
