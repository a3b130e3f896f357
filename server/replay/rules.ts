import { defaultPack } from '@/lib/policy/pack'
import { defaultsOf, templates } from '@/lib/policy/templates'

/** The templates by which people are asked less without letting more through, in the order in which they are added. */
export const calm = ['asked-for', 'after-led'] as const

/** The default pack with these templates, each as its form stands before anybody has touched it. */
export function packWith(ids: readonly string[]): string {
  return templates
    .filter(one => ids.includes(one.id))
    .reduce((source, one) => one.addTo(source, defaultsOf(one)), defaultPack({ demo: false }))
}
