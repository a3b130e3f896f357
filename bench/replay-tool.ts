import { z } from 'zod'
import { classifiedBody } from '@/lib/tool/contract'
import { suggestMeaning } from '@/lib/tool/parameters'
import { wordsOf } from '@/lib/tool/suggest'

export type Classification = z.output<typeof classifiedBody>

/** What the catalogue suggests of a tool. It is complete when the name or the source gave a reason for it. */
const hints = z.object({ ...classifiedBody.shape, because: z.array(z.string()).min(1) })

const reading = ['get', 'list', 'search', 'read', 'find', 'calculate', 'think']
const paying = ['money', 'pay', 'payment', 'transfer', 'transaction', 'book', 'charge']
const deleting = ['delete', 'cancel', 'remove']
const people = ['human', 'person']

/**
 * What the governor of a replay says that a tool is: the catalogue's own suggestion where it had a reason, else by the
 * words of the name. Nothing here knows a particular suite.
 */
export function classificationOf(name: string, suggested: unknown, parameters: readonly string[]): Classification {
  const known = hints.safeParse(suggested)
  if (known.success) {
    const { because: _, ...classification } = known.data
    return classification
  }
  const words = wordsOf(name)
  const says = (some: readonly string[]) => some.some(word => words.includes(word))
  const plain = {
    external: false,
    asks_person: false,
    sensitivity: 'internal',
    sentence: null,
    parameters: Object.fromEntries(parameters.map(one => [one, suggestMeaning(one)])),
  } as const
  if (says(people)) return { ...plain, operation: 'execute', reversible: true, asks_person: true }
  if (reading.includes(words[0] ?? '')) return { ...plain, operation: 'read', reversible: true }
  if (says(deleting)) return { ...plain, operation: 'delete', reversible: false }
  if (says(paying)) return { ...plain, operation: 'pay', reversible: false, sensitivity: 'confidential' }
  return { ...plain, operation: 'update', reversible: false }
}
