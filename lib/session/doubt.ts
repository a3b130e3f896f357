import type { Meaning } from '@/lib/tool/tool'
import { isSuspicious, weighty, worst } from './argument-facts'
import { parameterOf } from './leaf'
import type { Found } from './provenance'

/** An argument to look at twice, and why. */
export interface Doubt {
  readonly name: string
  readonly meaning: Meaning
  /**
   * `untrusted`: it comes from content that nobody vouches for; `unread`: there were too many values or too much text;
   * `unknown`: it stands in nothing that was recorded or reported.
   */
  readonly kind: 'untrusted' | 'unread' | 'unknown'
  readonly ref?: string | null
}

const unasked: readonly Meaning[] = ['amount', 'recipient', 'person']

/** Where the values of one argument came from, what tells most against it first. */
export function originsOf(found: readonly Found[], name: string): readonly Found[] {
  return found
    .filter(one => parameterOf(one.pointer) === name)
    .toSorted((a, b) => worst.indexOf(a.from) - worst.indexOf(b.from))
}

/**
 * What is paid, to whom, or with what, and does not come from the person’s request or a trusted system: look twice. In the
 * order of the parameters. Nothing, where there was nothing to look into: then neither is claimed.
 */
export function doubtsOf(found: readonly Found[], meanings: Readonly<Record<string, Meaning>>): readonly Doubt[] {
  const isCut = found.some(one => one.pointer === '' && one.unread)
  return Object.entries(meanings).flatMap(([name, meaning]): Doubt[] => {
    const origins = originsOf(found, name)
    const led = origins.find(one => isSuspicious(one, meanings))
    if (led) return [{ name, meaning, kind: 'untrusted', ...(led.ref === undefined ? {} : { ref: led.ref }) }]
    if (weighty.includes(meaning) && (origins.some(one => one.unread) || (origins.length === 0 && isCut)))
      return [{ name, meaning, kind: 'unread' }]
    const nowhere = origins.some(one => (one.from === 'unknown' || one.from === 'agent') && !one.claimed)
    return nowhere && unasked.includes(meaning) ? [{ name, meaning, kind: 'unknown' }] : []
  })
}
