import { hostname } from 'node:os'
import { setTimeout as pause } from 'node:timers/promises'
import { z } from 'zod'
import * as answers from '@/lib/access/answers'
import { shownName } from '@/lib/access/contract'
import { deviceGrant } from '@/lib/access/device'
import { type Asking, textOf } from './asking'
import { enter, RefusedByServer, send } from './client'
import { Ended, exit } from './exit'
import { inertLine } from './inert'

const client_id = 'holdpoint-cli'

/** `login`: shows a code, waits until the person has confirmed it in their browser, and keeps the token (RFC 8628). */
export async function login(asking: Asking): Promise<number> {
  const { server, keep } = asking
  const days = Number(textOf(asking, 'days') ?? 30)
  if (!Number.isInteger(days) || days < 1 || days > 90) throw new Ended(exit.misused, '--days is a number from 1 to 90')
  const named = shownName(80).safeParse(textOf(asking, 'name') ?? hostname())
  if (!named.success) throw new Ended(exit.misused, '--name is 1 to 80 printable characters')
  const scope = asking.options['read-only'] ? 'read' : 'decide'
  const body = { client_id, machine: named.data, scope, days }
  const codes = await send(answers.deviceCodes, server, 'POST', '/device', { body })
  const { device_code, ...shown } = codes
  if (asking.json) asking.tell(shown, true)
  asking.note(`Open     ${inertLine(codes.verification_uri)}`)
  asking.note(`Compare  ${inertLine(codes.user_code)}\n`)
  asking.note('Waiting until you have confirmed it there …')
  if (!asking.options['no-browser']) asking.open(codes.verification_uri_complete)
  const { access_token: token } = await poll(asking, device_code, codes.interval, codes.expires_in)
  const call = <T>(schema: z.ZodType<T>, path: string) => send(schema, server, 'GET', path, { token })
  const me = await call(answers.me, '/me')
  const mine = (await call(answers.signIns, '/me/sign-ins')).items.find(one => one.current)
  const expires_at = mine?.expires_at ?? ''
  // Whoever was here before is signed out, not forgotten.
  await endHere(asking).catch(() => undefined)
  keep.save(server, { token, person: me.email, expires_at })
  if (asking.json)
    asking.tell({ server, person: { id: me.id, name: me.name, email: me.email }, scope, expires_at }, true)
  else asking.out(`Signed in to ${server} as ${inertLine(`${me.name} (${me.email})`)} until ${expires_at}.`)
  return exit.done
}

async function poll({ server, signal }: Asking, device_code: string, interval: number, seconds: number) {
  let wait = interval
  for (const until = performance.now() + seconds * 1_000; performance.now() < until; ) {
    await pause(wait * 1_000, undefined, { signal })
    try {
      return await send(answers.deviceToken, server, 'POST', '/device/token', {
        body: { grant_type: deviceGrant, client_id, device_code },
      })
    } catch (error) {
      const said = error instanceof RefusedByServer ? error.problem.error : undefined
      if (said === 'slow_down') wait += 5
      else if (said === 'access_denied') throw new Ended(exit.no, 'It was denied in the browser.')
      else if (said === 'expired_token') break
      // Out of reach for a moment, it may still be confirmed.
      else if (said !== 'authorization_pending' && !(error instanceof Ended)) throw error
    }
  }
  throw new Ended(exit.no, 'Nobody confirmed it in time: holdpoint login')
}

async function endHere(asking: Asking): Promise<boolean> {
  if (!asking.keep.read().servers[asking.server]) return false
  const { call } = enter({ ...asking, env: {} })
  const mine = (await call(answers.signIns, 'GET', '/me/sign-ins')).items.find(one => one.current)
  if (mine) await call(z.null(), 'DELETE', `/me/sign-ins/${mine.id}`)
  return true
}

/** `logout`: ends the token at the server, and forgets it here. */
export async function logout(asking: Asking): Promise<number> {
  try {
    if (!(await endHere(asking))) {
      asking.out(`You were not signed in to ${asking.server}.`)
      return exit.done
    }
  } catch (error) {
    const gone = error instanceof RefusedByServer && error.status === 401
    asking.keep.forget(asking.server)
    if (!gone)
      throw new Ended(
        exit.away,
        `Forgotten here, but ${asking.server} could not be told: end it there, under Settings, My sign-ins.`,
      )
  }
  asking.keep.forget(asking.server)
  asking.out(`Signed out of ${asking.server}.`)
  return exit.done
}

/** `whoami`: the person, what their token may do, and until when. */
export async function whoami(asking: Asking): Promise<number> {
  const { call } = enter(asking)
  const me = await call(answers.me, 'GET', '/me')
  const mine = (await call(answers.signIns, 'GET', '/me/sign-ins')).items.find(one => one.current)
  const told = {
    server: asking.server,
    id: me.id,
    name: me.name,
    email: me.email,
    organisation: me.organisation.name,
    roles: me.roles,
    counts: me.counts,
    scope: mine?.read_only ? 'read' : 'decide',
    expires_at: mine?.expires_at ?? null,
  }
  if (asking.json) asking.tell(told)
  else {
    const teams = new Map(me.teams.map(one => [one.id, one.name]))
    const roles = me.roles.map(one =>
      one.team_id ? `${one.role} (${teams.get(one.team_id) ?? one.team_id})` : one.role,
    )
    asking.out(
      [
        inertLine(`${me.name} (${me.email}) at ${me.organisation.name}, ${asking.server}`),
        inertLine(`Roles: ${roles.join(', ') || 'none'}`),
        `This token ${mine?.read_only ? 'may only look' : 'may look, and decide what is plain'}, until ${mine?.expires_at ?? '?'}.`,
        `${me.counts.my_holds} of ${me.counts.open_holds} open approvals wait for you.`,
      ].join('\n'),
    )
  }
  return exit.done
}
