import { annotations as known, whos } from './annotations'
import type { Rule } from './judge'

/** What is wrong with an annotation; `at` is the name of the annotation to point at, null for the whole policy. */
export interface RuleFault {
  readonly at: string | null
  readonly message: string
}

const names = new Set<string>(known.map(one => one.name))
const codes = ['policy.denied', 'scope.exceeded'] as const

/**
 * Reads what a policy's annotations say. A typo in one must not silently lower what is asked (O03), so unknown names and
 * values are faults; all of them are found, and with any of them there is no rule.
 */
export function readRule(
  effect: string,
  said: Readonly<Record<string, string | null>>,
): { readonly rule: Rule | null; readonly faults: readonly RuleFault[] } {
  const faults: RuleFault[] = []
  const fault = (at: string | null, message: string) => faults.push({ at, message })
  const { id } = said
  const good = id && /^[a-z0-9-]{1,60}$/.test(id) ? id : null
  if (good === null) fault(id ? 'id' : null, 'Every policy needs an @id of lower-case letters, digits and dashes.')
  const called = good ?? 'this policy'
  const reason = said.reason ?? ''
  if (said.reason === undefined)
    fault(null, `${called} needs a @reason: the one sentence that agent and approver read.`)
  for (const [name, value] of Object.entries(said)) {
    if (!names.has(name)) fault(name, `${called}: there is no annotation @${name}.`)
    else if (value === null || value === '') fault(name, `${called}: @${name} says nothing.`)
  }
  const approvals = said.approvals ?? null
  if (approvals !== null && !/^[1-9]$/.test(approvals))
    fault('approvals', `${called}: @approvals is a number from 1 to 9.`)
  if (approvals !== null && effect === 'permit') fault('approvals', `${called}: only a forbid can ask for approval.`)
  const who = whos.find(one => one === (said.who ?? 'team_approvers'))
  if (!who) fault('who', `${called}: @who is one of ${whos.join(', ')}.`)
  const timeout = said.timeout ? secondsOf(said.timeout) : null
  if (timeout === 'unreadable') fault('timeout', `${called}: @timeout is a number and s, m, h or d.`)
  // No hold outlives an agent's own longest deadline, and four eyes remembers for as long (INV-18).
  else if (timeout !== null && (timeout < 1 || timeout > 30 * 86_400))
    fault('timeout', `${called}: @timeout is from 1 second to 30 days.`)
  const code = codes.find(one => one === (said.code ?? 'policy.denied'))
  if (!code) fault('code', `${called}: @code is one of ${codes.join(', ')}.`)
  if ('explain' in said && said.explain !== 'full') fault('explain', `${called}: @explain says full, or is left out.`)
  if (faults.length > 0 || good === null || !who || !code || timeout === 'unreadable') return { rule: null, faults }
  const rule: Rule = {
    id: good,
    rule: said.rule ?? good,
    reason,
    effect: effect === 'permit' ? 'permit' : 'forbid',
    approvals: approvals === null ? null : Number(approvals),
    who,
    timeout_seconds: timeout,
    code,
  }
  return { rule, faults }
}

function secondsOf(text: string): number | 'unreadable' {
  const [, number, unit = ''] = /^(\d{1,4})([smhd])$/.exec(text) ?? []
  const seconds = { s: 1, m: 60, h: 3_600, d: 86_400 }[unit]
  return number === undefined || seconds === undefined ? 'unreadable' : Number(number) * seconds
}
