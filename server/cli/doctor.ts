import { z } from 'zod'
import * as access from '@/lib/access/answers'
import { self } from '@/lib/agent/answers'
import type { Asking } from './asking'
import { RefusedByServer, send } from './client'
import { Ended, exit } from './exit'
import { inertLine } from './inert'
import { span } from './table'
import { whyUnreachable } from './unreachable'

interface Finding {
  readonly check: string
  readonly state: 'ok' | 'warning' | 'wrong' | 'skipped'
  readonly said: string
  /** What to do about it. */
  readonly advice?: string
  /** The exit code, where this is what is wrong. */
  readonly code?: number
}

const patience = 10_000
/** A permit lives 60 s: a clock that is further off than this refuses good ones, or believes old ones. */
const mostSkew = 30_000
const soon = 7 * 86_400_000

/** `doctor`: what is wrong with a connection, in the order in which it would fail. Answers the first failure's code. */
export async function doctor(asking: Asking): Promise<number> {
  const findings: Finding[] = []
  for await (const one of examine(asking)) {
    findings.push(one)
    if (!asking.json) asking.out(lineOf(one))
  }
  const code = findings.find(one => one.state === 'wrong')?.code ?? exit.done
  if (asking.json) asking.tell({ server: asking.server, ok: code === exit.done, exit_code: code, checks: findings })
  else asking.out(code === exit.done ? '\nThis connection is well.' : '\nThis connection is not well.')
  return code
}

const marks = { ok: 'ok      ', warning: 'look    ', wrong: 'WRONG   ', skipped: '-       ' } as const
const lineOf = ({ state, check, said, advice }: Finding) =>
  `${marks[state]}${check}: ${inertLine(said)}${advice ? `\n        → ${advice}` : ''}`

async function* examine(asking: Asking): AsyncGenerator<Finding> {
  const { server, env } = asking
  const before = Date.now()
  const alive = await get(`${server}/health/live`)
  if (alive instanceof Error) {
    yield { check: 'reachable', state: 'wrong', code: exit.away, ...whyUnreachable(server, alive) }
    return
  }
  yield { check: 'reachable', state: 'ok', said: `${server} answers` }
  yield {
    check: 'encrypted',
    ...(server.startsWith('https:')
      ? { state: 'ok', said: 'TLS, with a certificate that this machine believes' }
      : { state: 'warning', said: 'plain http, on this machine only' }),
  }
  const ready = await get(`${server}/health/ready`)
  const up = !(ready instanceof Error) && ready.status === 200
  yield up
    ? { check: 'ready', state: 'ok', said: 'it can decide' }
    : {
        check: 'ready',
        state: 'wrong',
        code: exit.away,
        said: 'it runs, and cannot decide now: nothing is allowed meanwhile',
        advice: 'Most often its database is out of reach: look at its log.',
      }
  yield clockFinding(alive, before)
  const answersHere = await isHoldpoint(server)
  if (!answersHere) {
    yield {
      check: 'Holdpoint',
      state: 'wrong',
      code: exit.away,
      said: 'something else answers at this address',
      advice: 'Check HOLDPOINT_URL, and what your proxy passes on.',
    }
    return
  }
  yield* keyFindings(server, env.HOLDPOINT_KEY)
  yield await personFinding(asking)
}

async function get(url: string, headers: Record<string, string> = {}): Promise<Response | Error> {
  return fetch(url, { headers, redirect: 'manual', signal: AbortSignal.timeout(patience) }).catch((error: unknown) =>
    error instanceof Error ? error : new Error(String(error)),
  )
}

async function isHoldpoint(server: string): Promise<boolean> {
  return send(access.waysIn, server, 'GET', '/sign-in').then(
    () => true,
    error => error instanceof RefusedByServer,
  )
}

function clockFinding(response: Response, before: number): Finding {
  const theirs = Date.parse(response.headers.get('date') ?? '')
  if (Number.isNaN(theirs)) return { check: 'clock', state: 'skipped', said: 'the server does not say what time it is' }
  // The header counts whole seconds, and the answer took its time.
  const early = theirs + 1_000 < before ? before - theirs - 1_000 : 0
  const late = theirs > Date.now() ? theirs - Date.now() : 0
  const skew = Math.max(early, late)
  const direction = early > 0 ? 'ahead of' : 'behind'
  if (skew <= 2_000) return { check: 'clock', state: 'ok', said: 'this machine and the server agree' }
  const said = `this machine is ${span(skew)} ${direction} the server`
  return skew <= mostSkew
    ? { check: 'clock', state: 'warning', said }
    : {
        check: 'clock',
        state: 'wrong',
        code: exit.no,
        said,
        advice: 'Permits live 60 seconds: whoever checks them here would be wrong. Set the clock (NTP).',
      }
}

const refusal = z.looseObject({ code: z.string().default(''), detail: z.string().default('') })

/** What is true of an agent's key. Findings that follow from one another end with the first failure. */
async function* keyFindings(server: string, key: string | undefined): AsyncGenerator<Finding> {
  if (!key) {
    yield { check: 'key', state: 'skipped', said: 'HOLDPOINT_KEY is not set: no agent to look at' }
    return
  }
  const wrong = (said: string, advice: string): Finding => ({
    check: 'key',
    state: 'wrong',
    code: exit.signedOut,
    said,
    advice,
  })
  if (key.startsWith('hpu_'))
    return yield wrong(
      'that is a person’s token, not an agent’s key',
      'Make a key under Agents, and set HOLDPOINT_KEY to it.',
    )
  if (key.trim() !== key || !/^hp_[0-9A-Z]{26}_[A-Za-z0-9_-]{52}$/.test(key))
    return yield wrong('it has not the form of a key', 'Was it cut off, or quoted, on the way into the environment?')
  const response = await get(`${server}/api/v1/agent`, { authorization: `Bearer ${key}` })
  if (response instanceof Error)
    return yield { check: 'key', state: 'wrong', code: exit.away, ...whyUnreachable(server, response) }
  const body: unknown = await response.json().catch(() => ({}))
  if (response.status === 401)
    return yield wrong(
      `it is not accepted: ${refusal.parse(body).detail}`,
      'It was revoked, has expired, or belongs to another server. Its agent’s page tells which keys are live.',
    )
  const agent = self.safeParse(body)
  if (!agent.success)
    return yield {
      check: 'key',
      state: 'wrong',
      code: exit.away,
      said: `the server answered ${response.status}: ${refusal.parse(body).detail}`,
    }
  yield expiryFinding(agent.data)
  yield* agentFindings(agent.data)
}

type Self = z.output<typeof self>

function expiryFinding({ credential, name }: Self): Finding {
  const left =
    credential.expires_at === null ? Number.POSITIVE_INFINITY : Date.parse(credential.expires_at) - Date.now()
  if (left > soon) return { check: 'key', state: 'ok', said: `accepted: this is ${name}` }
  return {
    check: 'key',
    state: 'warning',
    said: `accepted: this is ${name}; it ends in ${span(left)}`,
    advice: 'Rotate it on the agent’s page before it does.',
  }
}

function* agentFindings(agent: Self): Generator<Finding> {
  yield agent.status === 'retired'
    ? { check: 'agent', state: 'wrong', code: exit.no, said: 'it is retired: whatever it asks is denied' }
    : {
        check: 'agent',
        state: 'ok',
        said: `${agent.status}, in ${agent.environment}; ${agent.owner?.name ?? 'nobody'} answers for it`,
      }
  yield agent.scopes.length === 0
    ? {
        check: 'scopes',
        state: 'wrong',
        code: exit.no,
        said: 'none: every call is out of scope',
        advice: 'Give it one on its page.',
      }
    : {
        check: 'scopes',
        state: 'ok',
        said: agent.scopes.map(one => `${one.tool_pattern} (${one.operations.join(', ')})`).join('; '),
      }
  const stopped = ['paused', 'quarantined', 'killed'].includes(agent.containment?.level ?? '')
  yield agent.containment
    ? {
        check: 'containment',
        state: stopped ? 'wrong' : 'warning',
        code: exit.no,
        said: `${agent.containment.level} since ${agent.containment.since}`,
        advice: stopped
          ? 'Nothing is wrong with the connection: somebody stopped it. Ask them (holdpoint contain).'
          : undefined,
      }
    : { check: 'containment', state: 'ok', said: 'nothing holds it back' }
  if (agent.enforcement.mode === 'observe')
    yield {
      check: 'enforcement',
      state: 'warning',
      said: `watched only, until ${agent.enforcement.until ?? 'further notice'}: what policy says is written down, not enforced`,
    }
}

async function personFinding({ server, env, keep }: Asking): Promise<Finding> {
  const token = env.HOLDPOINT_TOKEN || keep.read().servers[server]?.token
  if (!token) return { check: 'sign-in', state: 'skipped', said: 'nobody is signed in here (holdpoint login)' }
  try {
    const me = await send(access.me, server, 'GET', '/me', { token })
    return { check: 'sign-in', state: 'ok', said: `${me.name} (${me.email})` }
  } catch (error) {
    if (error instanceof Ended) return { check: 'sign-in', state: 'wrong', code: exit.away, said: error.message }
    const said = error instanceof Error ? error.message : 'refused'
    return { check: 'sign-in', state: 'wrong', code: exit.signedOut, said, advice: 'Sign in anew: holdpoint login' }
  }
}
