import { annotations as known, whos } from './annotations'
import { readConstraints } from './constraint-syntax'
import { durationSeconds } from './duration'
import type { Rule } from './judge'
import { readDuties } from './obligation'

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
  const { requirement } = said
  if (requirement && !/^[a-z0-9-]{1,60}$/.test(requirement))
    fault('requirement', `${called}: @requirement is the name of an approval policy.`)
  if (requirement && effect === 'permit') fault('requirement', `${called}: only a forbid can ask for approval.`)
  if (requirement && ('approvals' in said || 'who' in said))
    fault('requirement', `${called}: @requirement says who must agree; leave out @approvals and @who.`)
  const timeout = said.timeout ? durationSeconds(said.timeout) : undefined
  if (timeout === null) fault('timeout', `${called}: @timeout is a number and s, m, h or d.`)
  // No hold outlives an agent's own longest deadline, and four eyes remembers for as long (INV-18).
  else if (timeout !== undefined && (timeout < 1 || timeout > 30 * 86_400))
    fault('timeout', `${called}: @timeout is from 1 second to 30 days.`)
  const reading = said.reading ? durationSeconds(said.reading) : undefined
  if (reading === null || (reading !== undefined && (reading < 1 || reading > 3_600)))
    fault('reading', `${called}: @reading is from 1s to 1h.`)
  if ('reading' in said && effect === 'permit') fault('reading', `${called}: only a forbid can ask for approval.`)
  const code = codes.find(one => one === (said.code ?? 'policy.denied'))
  if (!code) fault('code', `${called}: @code is one of ${codes.join(', ')}.`)
  if ('explain' in said && said.explain !== 'full') fault('explain', `${called}: @explain says full, or is left out.`)
  const constrain = said.constrain ? readConstraints(said.constrain) : null
  if (constrain && effect === 'permit') fault('constrain', `${called}: only a forbid can narrow.`)
  for (const message of constrain && !constrain.ok ? constrain.faults : []) fault('constrain', `${called}: ${message}`)
  const duties = said.obligation ? readDuties(said.obligation) : null
  if (duties && effect !== 'permit') fault('obligation', `${called}: only a permit can oblige.`)
  for (const message of duties && !duties.ok ? duties.faults : []) fault('obligation', `${called}: ${message}`)
  if (faults.length > 0 || good === null || !who || !code || timeout === null) return { rule: null, faults }
  const rule: Rule = {
    id: good,
    rule: said.rule ?? good,
    reason,
    effect: effect === 'permit' ? 'permit' : 'forbid',
    // A rule that names an approval policy asks people: how many, that says.
    approvals: requirement ? 1 : approvals === null ? null : Number(approvals),
    who,
    ...(requirement ? { requirement } : {}),
    ...(reading ? { read_seconds: reading } : {}),
    explain: said.explain === 'full',
    timeout_seconds: timeout ?? null,
    code,
    constrain: constrain?.ok ? constrain.constraints : null,
    duties: duties?.ok ? duties.duties : [],
  }
  return { rule, faults }
}
