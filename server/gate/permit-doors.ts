import * as contract from '@/lib/permit/contract'
import { type AnyDoor, door } from '@/server/http/door'
import { openKeyring } from '@/server/permit/keys'
import { rotatePermitKey } from '@/server/permit/rotate'
import { verifyPermit } from './consume'
import { idempotencyKey } from './request-headers'

/** The doors of those who check permits: online, or by themselves with the published keys. */
export const permitDoors: readonly AnyDoor[] = [
  door({
    method: 'POST',
    path: '/api/v1/permits/verify',
    summary: 'For the system that executes: is this permit valid for exactly this, and use it, once',
    who: 'agent',
    body: contract.verifyContract,
    answer: contract.verifyAnswer,
    refuses: ['idempotency.invalid', 'idempotency.conflict'],
    async handle({ app, by, headers }, { body }) {
      const key = idempotencyKey(headers)
      return { status: 200, body: await verifyPermit(app, app.gate.registries, by, body, key) }
    },
  }),
  door({
    method: 'GET',
    path: '/.well-known/jwks.json',
    summary: 'The keys that permits are signed with (RFC 7517): the newest, and those whose permits have not all ended',
    who: 'open',
    answer: contract.keySet,
    async handle({ app }) {
      const ring = openKeyring(app)
      const now = new Date()
      const keys = ring
        .all()
        .filter(key => !key.dead_at || key.dead_at > now)
        .map(({ kid, x }) => ({ kty: 'OKP', crv: 'Ed25519', alg: 'EdDSA', use: 'sig', kid, x }))
      return { status: 200, body: { issuer: ring.issuer, keys }, headers: { 'cache-control': 'public, max-age=30' } }
    },
  }),
  door({
    method: 'POST',
    path: '/api/console/permits/rotate',
    summary:
      'Sign permits with a new key from now on; the old one verifies until its last permit has ended, or not at all',
    who: 'settings.write',
    body: contract.rotateContract,
    answer: contract.rotateAnswer,
    refuses: ['session.stale'],
    handle: async ({ app, by }, { body }) => ({ status: 200, body: await rotatePermitKey(app, by, body) }),
  }),
]
