import type { Logger } from 'pino'
import { type FieldError, type ProblemCode, problems, Refused } from '@/lib/kernel/problem'
import { isOutage } from '@/server/db/tx'

/** An answer before it is dressed: made into one `Response` at the very end, whose headers are then never touched. */
export interface Plain {
  readonly status: number
  readonly body: string | null
  readonly headers: Readonly<Record<string, string>>
}

/** RFC 9457 members that stand beside the closed `code`. */
export interface ProblemBody {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly code: ProblemCode
  readonly detail: string
  readonly request_id: string
  readonly errors?: readonly FieldError[]
  readonly [carried: string]: unknown
}

/** A problem's type. Those of AuthZEN's approval profile have the URNs that it gives them. */
function typeOf(code: ProblemCode): string {
  const [concept, reason] = code.split('.')
  return concept === 'access_request'
    ? `urn:openid:authzen:access-request:error:${reason}`
    : `urn:holdpoint:problem:${code}`
}

/** The body of a refusal, as the wire has it. */
export function problemBody(refused: Refused, requestId: string): ProblemBody {
  const [status, title] = problems[refused.code]
  return {
    ...refused.more.carries,
    type: typeOf(refused.code),
    title,
    status,
    code: refused.code,
    detail: refused.detail,
    request_id: requestId,
    ...(refused.more.errors ? { errors: refused.more.errors } : {}),
  }
}

/**
 * The one place where errors become answers: a refusal is its problem, an outage 503 (try again), anything else is
 * logged with its stack and answered 500 without a word of it.
 */
export function problemOf(error: unknown, requestId: string, log: Logger): Plain {
  const refused = asRefused(error, requestId, log)
  const headers: Record<string, string> = { 'content-type': 'application/problem+json' }
  if (refused.status === 401)
    headers['www-authenticate'] = refused.code.startsWith('credential.')
      ? 'Bearer realm="holdpoint"'
      : 'Session realm="holdpoint"'
  if (refused.status === 503) headers['retry-after'] = '1'
  if (refused.status === 429) {
    const seconds = Math.max(1, Math.ceil(Number(refused.more.carries?.retry_after ?? 1)))
    headers['retry-after'] = String(seconds)
    // draft-ietf-httpapi-ratelimit-headers-10 §3: which quota, what is left of it, and in how many seconds there is more.
    headers.ratelimit = `"${refused.code === 'limit.open_holds' ? 'open-holds' : 'requests'}";r=0;t=${seconds}`
  }
  return { status: refused.status, body: JSON.stringify(problemBody(refused, requestId)), headers }
}

function asRefused(error: unknown, requestId: string, log: Logger): Refused {
  if (error instanceof Refused) return error
  if (isOutage(error)) {
    log.warn({ request_id: requestId, err: error }, 'the database is out of reach')
    return new Refused('service.unavailable')
  }
  log.error({ request_id: requestId, err: error }, 'a request failed')
  return new Refused('service.fault')
}
