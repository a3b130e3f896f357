import { z } from 'zod'
import { formatId } from '@/lib/kernel/id'
import * as contract from '@/lib/permit/contract'
import { enforcementOf } from '@/lib/permit/coverage'
import { recorderIds } from '@/lib/session/recorder'
import { pageOf, pageQuery, readCursor } from '@/server/db/page'
import { reader } from '@/server/db/tx'
import { type AnyDoor, door } from '@/server/http/door'
import { visibleAgents } from '@/server/http/visible-agents'
import { openKeyring } from '@/server/permit/keys'
import { rotatePermitKey } from '@/server/permit/rotate'
import { readCoverage } from '@/server/permit/store'
import { identityConsumer, verifyPermit } from './consume'
import { idempotencyKey } from './request-headers'
import { tellUngated } from './ungated'

const thirtyDays = 30 * 86_400_000

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
      return { status: 200, body: await verifyPermit(app, app.gate.registries, identityConsumer(by), body, key) }
    },
  }),
  door({
    method: 'POST',
    path: '/api/v1/permits/ungated',
    summary: 'For the system that executes: this was asked for, or has happened, and no permit covers it',
    who: 'agent',
    body: contract.ungatedContract,
    answer: contract.ungatedAnswer,
    refuses: ['request.forbidden', 'agent.contained'],
    async handle({ app, by }, { body }) {
      return { status: 202, body: { told: await tellUngated(app, app.gate.registries, by, body) } }
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
  door({
    method: 'GET',
    path: '/api/console/coverage',
    summary: 'Agent × tool: is what it does only announced, or executed against its permits? Pages hold so many agents',
    who: 'signed_in',
    query: z.strictObject({ agent: z.string().max(64).optional(), ...pageQuery }),
    answer: contract.coverageAnswer,
    async handle(call, { query }) {
      const visible = await visibleAgents(call)
      const { at, registry } = await call.app.gate.registries.now()
      const after = readCursor(query.cursor, 1)?.[0] ?? ''
      const seen = [...registry.agents.keys()].filter(
        id => (!visible || visible.has(id)) && (query.agent ?? id) === id && id > after,
      )
      const page = pageOf(seen.sort().slice(0, query.limit + 1), query.limit, id => [id])
      const since = formatId('act', at.getTime() - thirtyDays, new Uint8Array(10))
      const rows = await readCoverage(reader(call.app.db.pool), since, page.items, recorderIds(registry.scopes))
      const items = rows.map(row => ({
        id: `${row.agent_id}/${row.tool}`,
        agent: { id: row.agent_id, name: registry.agents.get(row.agent_id)?.name ?? row.agent_id },
        tool: row.tool,
        enforcement: enforcementOf(row),
        allowed: row.allowed,
        verified: row.verified,
        last_allowed_at: row.last_allowed_at.toISOString(),
        last_verified_at: row.last_verified_at?.toISOString() ?? null,
      }))
      return { status: 200, body: { items, next_cursor: page.next_cursor } }
    },
  }),
]
