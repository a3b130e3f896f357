import { z } from 'zod'

/** What can become of the passkeys of somebody without their knowing. */
export const passkeyChangeKinds = ['passkey.added', 'passkey.removed', 'passkey.reset'] as const

/**
 * What the outbox keeps of it. `from` is the address that it was done from, `by` whoever did it. What a key is called is not
 * here: whoever slips one in would choose the words of the warning.
 */
export const passkeyChange = z.strictObject({
  kind: z.enum(passkeyChangeKinds),
  at: z.iso.datetime(),
  from: z.string(),
  by: z.string(),
  /** How many keys it was about. */
  keys: z.number().int().positive(),
  /** Of a key that was registered: before this it countersigns nothing. */
  signs_from: z.iso.datetime().nullable(),
})
export type PasskeyChange = z.output<typeof passkeyChange>

/** The change that a message of the outbox tells of; null: it tells of something else. */
export function passkeyChangeIn(row: { readonly kind: string; readonly payload: string }): PasskeyChange | null {
  if (!passkeyChangeKinds.some(kind => row.kind.startsWith(`${kind}.`))) return null
  try {
    return passkeyChange.safeParse(JSON.parse(row.payload)).data ?? null
  } catch {
    return null
  }
}

const minute = (at: string) => `${at.slice(0, 16).replace('T', ' ')} UTC`

/** What one is told of it: what, when, from where, and what to do where it was somebody else. */
export interface PasskeyNotice {
  readonly title: string
  readonly text: string
  readonly todo: string
}

const intruder =
  'end your other sign-ins, change the password that you sign in with, and tell an administrator: whoever did it was signed in as you.'

/** The words of a change for the owner of the keys, wherever they are told outside the app. */
export function passkeyNotice(change: PasskeyChange): PasskeyNotice {
  const when = `On ${minute(change.at)}, from the address ${change.from},`
  switch (change.kind) {
    case 'passkey.added':
      return {
        title: 'A passkey was registered to your account',
        text: `${when} a passkey was registered to your account. ${
          change.signs_from && change.signs_from > change.at
            ? `It may sign approvals in your name from ${minute(change.signs_from)} on.`
            : 'It may sign approvals in your name at once.'
        }`,
        todo: `If it was you, there is nothing to do. If not: remove it under My passkeys, ${intruder}`,
      }
    case 'passkey.removed':
      return {
        title: 'A passkey was removed from your account',
        text: `${when} a passkey of yours was removed. It signs nothing any more.`,
        todo: `If it was you, there is nothing to do. If not: ${intruder}`,
      }
    case 'passkey.reset':
      return {
        title: 'Your passkeys were reset',
        text: `${when} an administrator removed ${
          change.keys === 1 ? 'your passkey' : `all ${change.keys} of your passkeys`
        }. You cannot sign approvals until you register a new one, and that one may a day later.`,
        todo: 'If you asked for it, register a new passkey under My passkeys. If you did not ask: tell another administrator at once.',
      }
  }
}
