import type { AuthenticationResponseJSON, PublicKeyCredentialRequestOptionsJSON } from '@simplewebauthn/browser'
import { call } from '@/components/data/client'
import { challengeOf, type Statement } from '@/lib/hold/countersignature'
import { toBase64url } from '@/lib/kernel/base64url'
import { saltedDigest } from '@/lib/kernel/digest'
import { PasskeyRefused, signWithPasskey } from './browser'

/** What the screen shows, and who looks at it. */
export interface Shown {
  readonly hold: string
  /** The digest of what the screen was drawn from, as the server names it. */
  readonly shown_digest: string
  /** The digest of what is approved, made here from what the screen shows. */
  readonly approved: string
  readonly params?: Readonly<Record<string, unknown>> | undefined
  readonly me: string
}

interface Asked {
  readonly statement: Statement
  readonly salt: string
  readonly options: PublicKeyCredentialRequestOptionsJSON
}

/** Is it exactly this that would be signed? The challenge is made anew here: what the server says of it is not believed. */
function isAsShown({ statement, salt, options }: Asked, shown: Shown): boolean {
  const mine = {
    ...statement,
    hold: shown.hold,
    verdict: 'approve',
    digest: saltedDigest(salt, shown.approved),
    reviewer: shown.me,
  }
  return toBase64url(challengeOf(mine)) === options.challenge
}

/**
 * Has a passkey of this person sign that they approve exactly what is shown; `left` ends it.
 * @throws PasskeyRefused, ProblemError
 */
export async function countersign(shown: Shown, left: AbortSignal): Promise<AuthenticationResponseJSON> {
  const asked = await call<Asked>(`/api/console/holds/${shown.hold}/countersignature`, {
    method: 'POST',
    body: { verdict: 'approve', digest: shown.shown_digest, ...(shown.params ? { params: shown.params } : {}) },
  })
  if (!isAsShown(asked, shown))
    throw new PasskeyRefused('What was to be signed is not what this page shows, so nothing was signed. Look again.')
  return signWithPasskey(asked.options, left)
}
