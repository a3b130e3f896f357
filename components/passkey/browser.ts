import {
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
  startAuthentication,
  startRegistration,
  WebAuthnAbortService,
  WebAuthnError,
} from '@simplewebauthn/browser'

/** The browser would not make or use a key; `message` says why, to a person. */
export class PasskeyRefused extends Error {}

const cancelled = 'It was cancelled, or took too long. Nothing was sent.'

function plainly(error: unknown): PasskeyRefused {
  const name = error instanceof Error ? error.name : ''
  const code = error instanceof WebAuthnError ? error.code : ''
  if (code === 'ERROR_AUTHENTICATOR_PREVIOUSLY_REGISTERED')
    return new PasskeyRefused('This device or security key holds a passkey of yours already.')
  if (code === 'ERROR_INVALID_DOMAIN' || code === 'ERROR_INVALID_RP_ID' || name === 'SecurityError')
    return new PasskeyRefused('Passkeys belong to the address of this Holdpoint. Open it by that address, over https.')
  if (code === 'ERROR_AUTHENTICATOR_MISSING_USER_VERIFICATION_SUPPORT')
    return new PasskeyRefused('This key cannot verify you. Set a PIN or fingerprint on it first.')
  if (name === 'NotAllowedError' || name === 'AbortError') return new PasskeyRefused(cancelled)
  return new PasskeyRefused(error instanceof Error ? error.message : 'This browser cannot use passkeys.')
}

/** Has the browser make a key. @throws PasskeyRefused */
export async function makePasskey(optionsJSON: PublicKeyCredentialCreationOptionsJSON) {
  return startRegistration({ optionsJSON }).catch((error: unknown) => {
    throw plainly(error)
  })
}

/**
 * Has a key sign what is asked. One at a time: a browser answers the later request and ends the one before. `left` takes the
 * browser's question away, where what it asks of is not on the screen any more. @throws PasskeyRefused
 */
export async function signWithPasskey(optionsJSON: PublicKeyCredentialRequestOptionsJSON, left: AbortSignal) {
  if (left.aborted) throw new PasskeyRefused(cancelled)
  const end = () => WebAuthnAbortService.cancelCeremony()
  left.addEventListener('abort', end)
  try {
    return await startAuthentication({ optionsJSON })
  } catch (error) {
    throw plainly(error)
  } finally {
    left.removeEventListener('abort', end)
  }
}
