import { isSuspicious, weighty, worst } from '@/lib/session/argument-facts'
import { parameterOf } from '@/lib/session/leaf'
import type { Found } from '@/lib/session/provenance'
import type { Meaning } from '@/lib/tool/tool'
import type { HoldDetail } from './hold'

/** Means something that hurts first when it is wrong; these lead. */
export const isWeighty = (meaning: Meaning | undefined): boolean => meaning !== undefined && weighty.includes(meaning)

/** What of a hold tells where its arguments came from. */
type Traced = Pick<HoldDetail, 'tool_info' | 'provenance'>

/** Where the values of one argument came from, what tells most against it first. */
export function originsOf({ provenance = [] }: Pick<Traced, 'provenance'>, name: string): readonly Found[] {
  return provenance
    .filter(one => parameterOf(one.pointer) === name)
    .toSorted((a, b) => worst.indexOf(a.from) - worst.indexOf(b.from))
}

export interface Doubt {
  readonly name: string
  readonly kind: 'untrusted' | 'unknown'
  readonly ref?: string | null
}

const unasked: readonly (Meaning | undefined)[] = ['amount', 'recipient', 'person']

/** What is paid, to whom, or with what, and does not come from the person’s request or a trusted system: look twice. */
export function doubtsOf(hold: Traced): readonly Doubt[] {
  const meanings = hold.tool_info?.params ?? {}
  return Object.keys(meanings).flatMap((name): Doubt[] => {
    const origins = originsOf(hold, name)
    const led = origins.find(one => isSuspicious(one, meanings))
    if (led) return [{ name, kind: 'untrusted', ref: led.ref }]
    const nowhere = origins.some(one => (one.from === 'unknown' || one.from === 'agent') && !one.claimed)
    return nowhere && unasked.includes(meanings[name]) ? [{ name, kind: 'unknown' }] : []
  })
}
