import { constrain } from '@/lib/policy/constrained'
import { combineAll } from '@/lib/policy/constraint'
import type { Facts } from '@/lib/policy/facts'
import type { PolicySet } from '@/lib/policy/judge'
import { asksFor, envelopeTool } from './envelope'

/** How much a session may ask for. */
export interface Terms {
  readonly seconds: number
  readonly times: number
}

/**
 * What policy lets a session ask for, judged by the facts of the call that made it ask, under the name `holdpoint.envelope`:
 * all of it, less where a rule narrows it (`@constrain("cap seconds 3600; cap times 20")`), or (null) nothing where a rule denies
 * it that people cannot lift. People agree to it in any case, so that what only asks for people says nothing here.
 */
export function termsOf(policy: PolicySet, call: Facts): Terms | null {
  const facts = { ...call, tool: envelopeTool }
  const plain = policy.evaluate(facts, { approved: true, constrained: false })
  if (plain.failed) return null
  if (plain.decision === 'allow') return asksFor
  const narrowed = policy.evaluate(facts, { approved: true, constrained: true })
  if (narrowed.failed || narrowed.decision !== 'allow') return null
  const ways = plain.rules.flatMap(id => policy.rules.get(id)?.constrain ?? [])
  // A rule that says of what it stands in the way of, and not how to narrow it, is a no.
  if (ways.length === 0 || ways.length < plain.rules.length) return null
  const done = constrain(asksFor, combineAll(ways), {
    operation: facts.operation,
    parameters: { seconds: 'count', times: 'count' },
  })
  if (!done.ok) return null
  const [seconds, times] = [Number(done.params.seconds), Number(done.params.times)].map(Math.floor)
  return seconds && times && seconds >= 1 && times >= 1 ? { seconds, times } : null
}
