import fc from 'fast-check'
import { expect, it } from 'vitest'
import { operations } from '@/lib/kernel/scale'
import { riskLevels, riskOf } from './risk'

/** All that the summary of a risk can ever say. */
const phrases = [
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
  const words = fc.record({ intent: fc.string(), resource_id: fc.string(), currency: fc.string(), tool: fc.string() })
  fc.assert(
    fc.property(judged, words, (action, beside) => {
      const risk = riskOf({ ...action, ...beside })
      expect(risk).toEqual(riskOf(action))
      expect(riskLevels).toContain(risk.level)
      for (const reason of risk.reasons) expect(phrases).toContain(reason)
    }),
    { numRuns: 1_000 },
  )
})
