import { z } from 'zod'
import * as contract from '@/lib/access/passkey-contract'
import { count } from '@/lib/kernel/answers'
import { idSchema } from '@/lib/kernel/id-schema'
import { type AnyDoor, door } from '@/server/http/door'
import { addPasskey, beginPasskey, namePasskey, removePasskey, resetPasskeys, showPasskeys } from './passkeys'

const one = z.strictObject({ id: idSchema('psk') })

/** The keys with which people countersign: each person's own, and what an administrator does for who has lost theirs. */
export const passkeyDoors: readonly AnyDoor[] = [
  door({
    method: 'GET',
    path: '/api/console/me/passkeys',
    summary: 'My passkeys, and from when on each may countersign',
    who: 'signed_in',
    answer: contract.passkeys,
    handle: async ({ app, by }) => ({ status: 200, body: await showPasskeys(app, by) }),
  }),
  door({
    method: 'POST',
    path: '/api/console/me/passkeys/options',
    summary: 'What my browser needs to make a passkey (WebAuthn Level 3 §5.4)',
    who: 'signed_in',
    answer: contract.webauthnOptions,
    refuses: ['session.stale', 'passkey.limit'],
    handle: async ({ app, by }) => ({ status: 200, body: await beginPasskey(app, by) }),
  }),
  door({
    method: 'POST',
    path: '/api/console/me/passkeys',
    summary: 'Register the passkey that my browser has made',
    who: 'signed_in',
    body: contract.addPasskeyBody,
    answer: contract.passkeys,
    refuses: ['session.stale', 'passkey.invalid', 'passkey.exists', 'passkey.limit'],
    handle: async ({ app, by, remote }, { body }) => {
      await addPasskey(app, by, body, remote)
      return { status: 201, body: await showPasskeys(app, by) }
    },
  }),
  door({
    method: 'PATCH',
    path: '/api/console/me/passkeys/{id}',
    summary: 'Call one of my passkeys something else',
    who: 'signed_in',
    params: one,
    body: contract.renamePasskeyBody,
    answer: contract.passkeys,
    refuses: ['request.precondition_failed'],
    handle: async ({ app, by, headers }, { params, body }) => {
      await namePasskey(app, by, params.id, body.name, headers.get('if-match'))
      return { status: 200, body: await showPasskeys(app, by) }
    },
  }),
  door({
    method: 'DELETE',
    path: '/api/console/me/passkeys/{id}',
    summary: 'Remove one of my passkeys: it countersigns nothing any more',
    who: 'signed_in',
    params: one,
    answer: null,
    refuses: ['session.stale'],
    handle: async ({ app, by, remote }, { params }) => {
      await removePasskey(app, by, params.id, remote)
      return { status: 204 }
    },
  }),
  door({
    method: 'POST',
    path: '/api/console/members/{id}/passkeys/reset',
    summary: 'Remove every passkey of somebody who has lost theirs, with the reason',
    who: 'members.write',
    params: z.strictObject({ id: idSchema('usr') }),
    body: contract.resetPasskeysBody,
    answer: z.object({ removed: count }),
    refuses: ['session.stale', 'request.not_found'],
    handle: async ({ app, by, remote }, { params, body }) => ({
      status: 200,
      body: { removed: await resetPasskeys(app, by, params.id, body.reason, remote) },
    }),
  }),
]
