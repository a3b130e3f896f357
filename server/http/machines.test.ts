import { describe, expect, it } from 'vitest'
import { invitationMachine, personMachine, signInMachine } from '@/lib/access/machine'
import { agentMachine, credentialMachine } from '@/lib/agent/machine'
import { containmentMachine } from '@/lib/containment/machine'
import { step } from '@/lib/kernel/machine'
import { person } from '@/server/testing/people'
import { type Reply, world } from '@/server/testing/world'

const w = await world()
const [running] = w.servers
if (!running) throw new Error('no server')
const administrator = await w.signedIn(w.administrator)
const governor = await w.signedIn(w.governor)
const { pool } = w.db
let n = 0
const none: readonly string[] = []

/** A thing that people bring from state to state over HTTP; `expire` is what time does. */
interface Walked {
  readonly make: () => Promise<string>
  readonly act: Readonly<Record<string, (id: string) => Promise<unknown>>>
  readonly state: (id: string) => Promise<string>
}

const past = (table: string, id: string) =>
  pool.query(`update ${table} set expires_at = now() - interval '1 minute' where id = $1`, [id])
const column = async (sql: string, id: string) => (await pool.query<{ is: string }>(sql, [id])).rows[0]?.is ?? ''
const agent = (id: string) => `/api/console/agents/${id}`
const links = new Map<string, string>()
const cookies = new Map<string, Awaited<ReturnType<typeof person>>>()

/** A way for each pair, or the state that an event which cannot be asked for in it leaves. */
const walked: Readonly<Record<string, readonly [Readonly<Record<string, Readonly<Record<string, string>>>>, Walked]>> =
  {
    agent: [
      agentMachine,
      {
        make: async () => (await w.agent({}, false)).id,
        act: {
          issue_key: id => administrator('POST', `${agent(id)}/credentials`, {}),
          retire: id => administrator('POST', `${agent(id)}/retire`, { reason: 'walked' }),
        },
        state: async id => (await administrator('GET', agent(id))).body.status,
      },
    ],
    credential: [
      credentialMachine,
      {
        make: async () => {
          const { id } = await w.agent({}, false)
          return `${id}/credentials/${(await administrator('POST', `${agent(id)}/credentials`, {})).body.id}`
        },
        act: {
          rotate: id => administrator('POST', `${agent(id)}/rotate`, { overlap_seconds: 3_600 }),
          revoke: id => administrator('DELETE', agent(id)),
          expire: id => past('credential', id.split('/')[2] ?? ''),
        },
        state: async id => {
          const [owner, , key] = id.split('/')
          const { items } = (await administrator('GET', `${agent(owner ?? '')}/credentials`)).body
          return items.find((one: { id: string }) => one.id === key).state
        },
      },
    ],
    containment: [
      containmentMachine,
      {
        make: async () => {
          const target = { type: 'tool', id: `walked-${n++}` }
          return (await governor('POST', '/api/console/containment', { target, level: 'paused', reason: 'walked' }))
            .body.id
        },
        act: {
          renew: async id => {
            const { target } = (await administrator('GET', '/api/console/containment?limit=200')).body.items.find(
              (one: { id: string }) => one.id === id,
            )
            const again = { target: { type: target.type, id: target.id }, level: 'paused', reason: 'again' }
            return governor('POST', '/api/console/containment', again)
          },
          lift: id => administrator('POST', `/api/console/containment/${id}/lift`, { reason: 'walked' }),
        },
        state: id =>
          column(
            `select case when lifted_at is null then 'in_force' else 'lifted' end as is from containment where id = $1`,
            id,
          ),
      },
    ],
    invitation: [
      invitationMachine,
      {
        make: async () => {
          const email = `walked.${n++}@acme.example`
          const roles = [{ role: 'viewer', team_id: null }]
          const { body } = await administrator('POST', '/api/console/members/invitations', { email, roles })
          links.set(body.id, String(body.link).split('/').at(-1) ?? '')
          return body.id
        },
        act: {
          accept: id =>
            fetch(`${running.url}/api/console/invitations/${links.get(id)}/accept`, {
              method: 'POST',
              headers: { 'content-type': 'application/json', origin: running.url },
              body: JSON.stringify({ name: 'Walked Walker', password: 'correct horse battery' }),
            }),
          withdraw: id => administrator('DELETE', `/api/console/members/invitations/${id}`),
          expire: id => past('invitation', id),
        },
        state: id =>
          column(
            `select case when used_at is not null then 'accepted' when revoked_at is not null then 'withdrawn'
                       when expires_at <= now() then 'expired' else 'open' end as is from invitation where id = $1`,
            id,
          ),
      },
    ],
    'sign-in': [
      signInMachine,
      {
        make: async () => {
          const one = await person(running, `Walker ${String.fromCharCode(97 + (n % 26))}${n++}`, ['viewer'])
          const { items } = (await one.call('GET', '/api/console/me/sign-ins')).json
          cookies.set(items[0].id, one)
          return items[0].id
        },
        act: {
          confirm: id =>
            cookies.get(id)?.call('POST', '/api/console/me/confirm', { password: 'correct horse battery' }) ??
            Promise.reject(),
          end: id => cookies.get(id)?.call('DELETE', `/api/console/me/sign-ins/${id}`) ?? Promise.reject(),
          expire: id => past('sign_in', id),
        },
        state: async id => {
          const stored = await column(
            `select case when revoked_at is not null then 'ended' when expires_at <= now() then 'expired' else 'live' end as is from sign_in where id = $1`,
            id,
          )
          const answer = await cookies.get(id)?.call('GET', '/api/console/me')
          expect(answer?.status).toBe(stored === 'live' ? 200 : 401)
          return stored
        },
      },
    ],
    person: [
      personMachine,
      {
        make: async () => (await person(running, `Walker ${String.fromCharCode(97 + (n % 26))}${n++}`)).id,
        act: {
          disable: id => administrator('PATCH', `/api/console/members/${id}`, { status: 'disabled' }),
          enable: id => administrator('PATCH', `/api/console/members/${id}`, { status: 'active' }),
        },
        state: async (id): Promise<string> => {
          const reply: Reply = await administrator('GET', `/api/console/members/${id}`)
          return reply.body.status
        },
      },
    ],
  }

describe.each(Object.entries(walked))(
  'people walk every pair of %s over HTTP, and none but what its table says comes of it',
  (_name, [machine, { make, act, state }]) => {
    const states = Object.keys(machine)
    /** The events that lead to a state, from where the thing begins. */
    const wayTo = (end: string): string[] => {
      const ways = [{ at: states[0] ?? '', by: none }]
      for (const way of ways) {
        if (way.at === end) return [...way.by]
        if (way.by.length < 3)
          for (const [event, to] of Object.entries(machine[way.at] ?? {})) ways.push({ at: to, by: [...way.by, event] })
      }
      throw new Error(`there is no way to ${end}`)
    }

    it.each(states.flatMap(from => Object.keys(act).map(event => [from, event] as const)))(
      '%s, %s',
      async (from, event) => {
        const id = await make()
        for (const one of wayTo(from)) await act[one]?.(id)
        expect(await state(id)).toBe(from)
        // What time does, it does to whatever has an end; it shows only where the table says so.
        await act[event]?.(id)
        expect(await state(id)).toBe(step(machine, from, event) ?? from)
      },
    )
  },
)
