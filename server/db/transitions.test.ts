import { describe, expect, it } from 'vitest'
import { deviceMachine, invitationMachine, signInMachine } from '@/lib/access/machine'
import { actionMachine } from '@/lib/action/machine'
import { agentMachine, credentialMachine } from '@/lib/agent/machine'
import { containmentMachine } from '@/lib/containment/machine'
import { grantMachine } from '@/lib/grant/machine'
import { changeMachine, holdMachine } from '@/lib/hold/machine'
import { deliveryMachine } from '@/lib/integration/machine'
import type { Machine } from '@/lib/kernel/machine'
import { planMachine } from '@/lib/plan/machine'
import { toolMachine } from '@/lib/tool/machine'
import { registry } from '@/server/testing/registry'
import { newId } from './id'

const w = await registry()
const { pool } = w.db
const time = `'2026-01-01T00:00:00Z'`
/** An end that is a time: null in the state that it ends. */
const ended = (column: string, is: boolean) => `${column} = ${is ? time : 'null'}`

/** How a state stands in its table: what an update writes to bring a row there. Derived states are left out. */
interface Stored {
  readonly machine: Machine<string, string>
  readonly table: string
  readonly make: () => Promise<string>
  readonly set: Readonly<Record<string, string>>
  /** Whether the database itself must refuse what the table does not have, from this state. */
  readonly strict?: (state: string) => boolean
}

const agent = async () => {
  const { id } = await w.agent({}, false)
  await pool.query(`update agent set status = 'registered' where id = $1`, [id])
  return id
}
const insert = async (sql: string, id: string, ...more: unknown[]): Promise<string> => {
  await pool.query(sql, [id, ...more])
  return id
}
const statuses = (machine: object) => Object.fromEntries(Object.keys(machine).map(one => [one, `status = '${one}'`]))
const decided = (open: readonly string[], machine: object) =>
  Object.fromEntries(
    Object.keys(machine).map(one => [
      one,
      open.includes(one)
        ? `status = '${one}', decision = null, decided_at = null`
        : `status = '${one}', decision = coalesce(decision, '{}'), decided_at = coalesce(decided_at, ${time})`,
    ]),
  )
const holds = (machine: object) =>
  Object.fromEntries(
    Object.keys(machine).map(one => [
      one,
      `status = '${one}', decided_at = ${one === 'pending' ? 'null' : `coalesce(decided_at, ${time})`}`,
    ]),
  )
const hold = (kind: 'action' | 'change') => () =>
  insert(
    `insert into hold (id, kind, action_id, change_kind, subject_id, requirement, shown_digest, why, epoch, opened_at, expires_at, due_at)
     values ($1, $2, $3, $4, $1, '{}', 'x', '[]', 0, now(), now() + interval '1 hour', now() + interval '1 hour')`,
    newId('hld'),
    kind,
    kind === 'action' ? newId('act') : null,
    kind === 'change' ? 'test' : null,
  )

const plan = () =>
  insert(
    `insert into plan (id, agent_id, credential_id, key, body_digest, requirement, hold_id, created_at, expires_at)
     values ($1, 'a', 'c', $1, '', '{}', $1, ${time}, ${time}::timestamptz + interval '1 hour')`,
    newId('pln'),
  )

const stored: Readonly<Record<string, Stored>> = {
  agent: { machine: agentMachine, table: 'agent', make: agent, set: statuses(agentMachine) },
  credential: {
    machine: credentialMachine,
    table: 'credential',
    make: async () => {
      const id = newId('crd')
      return insert(
        `insert into credential (id, agent_id, name, hash, created_by) values ($1::text, $2, '', sha256(convert_to($1::text, 'UTF8')), 'x')`,
        id,
        await agent(),
      )
    },
    set: { active: ended('revoked_at', false), revoked: ended('revoked_at', true) },
  },
  tool: {
    machine: toolMachine,
    table: 'tool',
    make: () => insert('insert into tool (id, name) values ($1, $1)', newId('tol')),
    set: {
      unclassified: `status = 'unclassified'`,
      classified: `status = 'classified', operation = 'read', reversible = true, classified_by = 'x'`,
    },
  },
  containment: {
    machine: containmentMachine,
    table: 'containment',
    make: () =>
      insert(
        `insert into containment (id, target_type, target_id, level, reason, by_id, created_at) values ($1, 'tool', $1, 'killed', '', 'x', '2025-01-01')`,
        newId('ctn'),
      ),
    set: { in_force: 'lifted_at = null, lifted_by = null', lifted: `lifted_at = ${time}, lifted_by = 'x'` },
  },
  invitation: {
    machine: invitationMachine,
    table: 'invitation',
    make: () =>
      insert(
        `insert into invitation (id, email, roles, token_hash, invited_by, expires_at) values ($1::text, 'x@y.z', '[]', sha256(convert_to($1::text, 'UTF8')), 'x', now())`,
        newId('inv'),
      ),
    set: {
      open: 'used_at = null, revoked_at = null',
      accepted: `used_at = ${time}, revoked_at = null`,
      withdrawn: `used_at = null, revoked_at = ${time}`,
    },
  },
  'sign-in': {
    machine: signInMachine,
    table: 'sign_in',
    make: () =>
      insert(
        `insert into sign_in (id, person_id, method, expires_at) values ($1, $2, 'test', now())`,
        newId('sgn'),
        w.owner.id,
      ),
    set: { live: ended('revoked_at', false), ended: ended('revoked_at', true) },
  },
  device: {
    machine: deviceMachine,
    table: 'device_request',
    make: () =>
      insert(
        `insert into device_request (id, device_hash, user_hash, machine, read_only, days, created_at, expires_at, pause_seconds)
         values ($1::text, sha256(convert_to($1::text, 'UTF8')), sha256(convert_to($1::text, 'UTF8')), 'x', false, 1, now(), now() + interval '1 minute', 2)`,
        newId('dvc'),
      ),
    set: Object.fromEntries(
      ['asked', 'allowed', 'denied', 'used'].map(one => [
        one,
        one === 'asked'
          ? `status = 'asked', person_id = null, decided_at = null`
          : `status = '${one}', person_id = '${w.owner.id}', decided_at = ${time}`,
      ]),
    ),
  },
  delivery: {
    machine: deliveryMachine,
    table: 'delivery',
    make: async () => {
      const subject = newId('hld')
      await pool.query(
        `insert into delivery (subject_id, kind, destination, payload, due_at, created_at) values ($1, 'test', 'x', '', now(), now())`,
        [subject],
      )
      const { rows } = await pool.query<{ id: string }>('select id::text from delivery where subject_id = $1', [
        subject,
      ])
      return rows[0]?.id ?? ''
    },
    set: statuses(deliveryMachine),
  },
  grant: {
    machine: grantMachine,
    table: 'standing_grant',
    make: () =>
      insert(
        `insert into standing_grant (id, kind, agent_id, reason, lines, basis, approvals, seconds, hold_id, created_at)
         values ($1, 'standing', 'a', '', '[]', '{}', 1, 60, $1, now())`,
        newId('grt'),
      ),
    set: {
      proposed: `status = 'proposed', revoked_at = null`,
      active: `status = 'active', active_from = ${time}, expires_at = ${time}, revoked_at = null`,
      revoked: `status = 'revoked', active_from = ${time}, expires_at = ${time}, revoked_at = ${time}`,
    },
  },
  plan: {
    machine: planMachine,
    table: 'plan',
    make: () => plan(),
    set: {
      asked: `status = 'asked', ended_at = null`,
      approved: `status = 'approved', ended_at = null`,
      cancelled: `status = 'cancelled', ended_at = ${time}`,
    },
  },
  hold: { machine: holdMachine, table: 'hold', make: hold('action'), set: holds(holdMachine) },
  change: { machine: changeMachine, table: 'hold', make: hold('change'), set: holds(changeMachine) },
  action: {
    machine: actionMachine,
    table: 'action',
    make: () =>
      insert(
        `insert into action (id, agent_id, credential_id, key, digest, tool, operation, environment, classification, reversible, session, facts, status, created_at)
         values ($1, 'a', 'c', $1, 'd', 't', 'read', 'production', 'internal', true, 's', '{}', 'held', now())`,
        newId('act'),
      ),
    set: decided(['held', 'deferred'], actionMachine),
    // An open action may be brought to any end; which one is judged by the gate. What is decided, is.
    strict: state => state !== 'held' && state !== 'deferred',
  },
}

describe.each(Object.entries(stored))(
  'what the database stores of %s',
  (_name, { machine, table, make, set, strict }) => {
    const states = Object.keys(set)
    /** The way from where a row begins to a state, by the table. */
    const wayTo = (state: string): string[] => {
      const ways: string[][] = [[states[0] ?? '']]
      for (const way of ways) {
        const at = way.at(-1) ?? ''
        if (at === state) return way
        for (const next of Object.values(machine[at] ?? {}))
          if (next && states.includes(next) && !way.includes(next)) ways.push([...way, next])
      }
      return [state]
    }
    const write = (id: string, state: string) =>
      pool.query(`update ${table} set ${set[state]} where id::text = $1`, [id]).then(
        () => true,
        () => false,
      )

    it.each(states.flatMap(from => states.map(to => [from, to] as const)))('%s → %s', async (from, to) => {
      const id = await make()
      for (const state of wayTo(from)) expect(await write(id, state), `on the way: ${state}`).toBe(true)
      const possible = from === to || Object.values(machine[from] ?? {}).includes(to)
      if (possible || (strict?.(from) ?? true)) expect(await write(id, to)).toBe(possible)
    })
  },
)

it('what of the log is recorded, numbered and signed is never changed or taken away', async () => {
  await pool.query(`insert into event (type, subjects, body, at) values ('x', '{}', '{}', now())`)
  await pool.query(`insert into log_entry (seq, event_id, leaf) select 0, max(id), sha256('x') from event`)
  await pool.query(`insert into checkpoint (size, root, note, at) values (1, sha256('x'), '', now())`)
  for (const [table, set] of [
    ['event', `body = ''`],
    ['log_entry', 'seq = seq + 1'],
    ['checkpoint', `note = 'x'`],
  ] as const) {
    await expect(pool.query(`update ${table} set ${set}`), table).rejects.toThrow()
    await expect(pool.query(`delete from ${table}`), table).rejects.toThrow()
  }
})
