import fc from 'fast-check'
import { expect, it } from 'vitest'
import { operations } from '@/lib/kernel/scale'
import { meanings } from '@/lib/tool/tool'
import { riskLevels, riskOf } from './risk'

/** All that the summary of a risk can ever say. */
const phrases = [
  ...['Amount', 'Recipient', 'Person', 'Target', 'Secret', 'Reference', 'Code', 'SQL'].map(
    one => `${one} from unvouched content`,
  ),
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
      kind: fc.constantFrom('untrusted' as const, 'unknown' as const),
      ref: fc.option(fc.string()),
    }),
  )
  const words = fc.record({ intent: fc.string(), resource_id: fc.string(), currency: fc.string(), tool: fc.string() })
  fc.assert(
    fc.property(judged, words, doubts, (action, beside, twice) => {
      const risk = riskOf({ ...action, ...beside }, twice)
      expect(risk).toEqual(riskOf(action, twice))
      // What is doubted can only raise it.
      const before = riskLevels.indexOf(riskOf(action).level)
      const raised = twice.some(one => one.kind === 'untrusted')
      expect(riskLevels.indexOf(risk.level)).toBeGreaterThanOrEqual(before)
      expect(riskLevels.indexOf(risk.level)).toBeLessThanOrEqual(before + (raised ? 1 : 0))
      expect(riskLevels).toContain(risk.level)
      for (const reason of risk.reasons) expect(phrases).toContain(reason)
    }),
    { numRuns: 1_000 },
  )
})
