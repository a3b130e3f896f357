import { Refused } from '@/lib/kernel/problem'

/** The headers of a request, by lower-case name; one that was sent twice is joined by a comma (RFC 9110 §5.3). */
export type SentHeaders = Pick<Headers, 'get'>

/** What an Idempotency-Key is made of (api §1). */
export const visibleAscii = /^[!-~]{1,255}$/

/** `Idempotency-Key`: 1 to 255 visible ASCII characters. @throws Refused */
export function idempotencyKey(headers: SentHeaders): string | null {
  const key = headers.get('idempotency-key')
  if (key === null) return null
  if (!visibleAscii.test(key)) throw new Refused('idempotency.invalid')
  return key
}

/** `Prefer: wait=N` (RFC 7240), 0 to 300 seconds, 30 when absent. @throws Refused */
export function preferredWait(headers: SentHeaders): number {
  const prefer = headers.get('prefer')
  if (prefer === null) return 30
  const wait = prefer
    .split(',')
    .map(one => one.trim().split(';')[0]?.trim() ?? '')
    .filter(one => /^wait\s*(=|$)/i.test(one))
  if (wait.length === 0) return 30
  const value = /^wait\s*=\s*"?(\d{1,3})"?$/i.exec(wait[0] ?? '')?.[1]
  if (wait.length > 1 || value === undefined || Number(value) > 300)
    throw new Refused('request.invalid', 'Prefer: wait takes whole seconds from 0 to 300.')
  return Number(value)
}

/**
 * Whether a preference without a value of its own was sent (RFC 7240). `questions`: answer also when people ask the agent something
 * that it has not answered; `consume`: use at once what is allowed; `return=minimal`: the outcome was taken, and that is all that
 * is to be said.
 */
export const prefers = (headers: SentHeaders, what: 'questions' | 'consume' | 'return=minimal'): boolean =>
  (headers.get('prefer') ?? '').split(',').some(one => one.trim().toLowerCase() === what)
