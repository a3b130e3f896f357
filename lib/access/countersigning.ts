import { stricter } from '@/lib/kernel/scale'

/** From which risk on an approval is countersigned with a passkey; later is stricter. */
export const countersignTiers = ['none', 'critical', 'high'] as const
export type CountersignTier = (typeof countersignTiers)[number]

/** What the organisation asks now, and what it asked until when: loosening it does not reach what was open by then. */
export interface Countersigning {
  readonly tier: CountersignTier
  readonly past: readonly { readonly tier: CountersignTier; readonly until: string }[]
}

/** The strictest tier that was in force since a hold was opened. */
export function countersignTierSince({ tier, past }: Countersigning, opened: Date): CountersignTier {
  return past
    .filter(one => Date.parse(one.until) > opened.getTime())
    .reduce<CountersignTier>((strictest, one) => stricter(countersignTiers, strictest, one.tier), tier)
}

/** Must an approval of this risk be countersigned? */
export function isCountersigned(tier: CountersignTier, risk: string): boolean {
  return (risk === 'critical' && tier !== 'none') || (risk === 'high' && tier === 'high')
}

/**
 * The setting after `tier` was chosen. Of each tier that was given up, the last moment at which it was in force is kept: by
 * that, holds that were open then still ask for it.
 */
export function countersigningAfter(was: Countersigning, tier: CountersignTier, at: Date): Countersigning {
  if (countersignTiers.indexOf(tier) >= countersignTiers.indexOf(was.tier)) return { tier, past: was.past }
  const others = was.past.filter(one => one.tier !== was.tier)
  return { tier, past: [...others, { tier: was.tier, until: at.toISOString() }] }
}
