import fc from 'fast-check'
import { expect, it } from 'vitest'
import { operations } from '@/lib/kernel/scale'
import { weighty } from '@/lib/session/argument-facts'
import { meanings } from '@/lib/tool/tool'
import { isDoubted, riskLevels, riskOf } from './risk'

/** All that the summary of a risk can ever say. */
const phrases = [
  ...['Amount', 'Recipient', 'Person', 'Target', 'Secret', 'Reference', 'Code', 'SQL'].flatMap(one => [
    `${one} from untrusted content`,
    `${one} not looked for`,
  ]),
  'Unknown tool',
  'Amount cannot be read',
  'Large amount',
  'Moves money',
  'Deletes',
  'Changes privileges',
  'Revokes access',
  'Deploys',
  'Reads a secret',
  'Cannot be undone',
  'Production',
  'Leaves the organisation',
  'Agent calls it something else',
  'Restricted data',
]

it('U10 the summary of a risk is made of phrases of ours alone, whatever text stands beside what was judged', () => {
  const judged = fc.record({
    operation: fc.constantFrom(...operations),
    environment: fc.constantFrom('development' as const, 'staging' as const, 'production' as const),
    reversible: fc.boolean(),
    external: fc.boolean(),
    known: fc.boolean(),
    amount: fc.option(fc.oneof(fc.string(), fc.constantFrom('9999.9999', '10000.0000')), { nil: null }),
    amount_unreadable: fc.boolean(),
    classification: fc.constantFrom(
      'public' as const,
      'internal' as const,
      'confidential' as const,
      'restricted' as const,
    ),
    claim_differs: fc.boolean(),
  })
  const doubts = fc.array(
    fc.record({
      name: fc.string(),
      meaning: fc.constantFrom(...meanings),
      kind: fc.constantFrom('untrusted' as const, 'unread' as const, 'unknown' as const),
      ref: fc.option(fc.string()),
    }),
  )
  const words = fc.record({ intent: fc.string(), resource_id: fc.string(), currency: fc.string(), tool: fc.string() })
  fc.assert(
    fc.property(judged, words, doubts, (action, beside, twice) => {
      const risk = riskOf({ ...action, ...beside }, twice)
      expect(risk).toEqual(riskOf(action, twice))
      // What is doubted raises it by a step, never stays low, and leads; nothing lowers it.
      const before = riskOf(action)
      const isLed = twice.some(one => one.kind !== 'unknown' && weighty.includes(one.meaning))
      const raised = Math.min(riskLevels.indexOf(before.level) + (before.reasons.length > 0 ? 1 : 0), 3)
      if (isLed) {
        expect(risk.level).toBe(riskLevels[Math.max(1, raised)])
        expect(isDoubted(risk)).toBe(true)
        expect(risk.reasons.slice(1)).toEqual(before.reasons)
      } else {
        expect(risk).toEqual(before)
        expect(isDoubted(risk)).toBe(false)
      }
      expect(riskLevels).toContain(risk.level)
      for (const reason of risk.reasons) expect(phrases).toContain(reason)
    }),
    { numRuns: 1_000 },
  )
})
