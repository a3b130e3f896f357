import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { classifications, environments } from '@/lib/kernel/scale'
import {
  factNow,
  type ResourceFact,
  type ResourceSource,
  sourceFor,
  stampOf,
  unknownFact,
} from '@/lib/tool/resource-fact'
import type { ResourcePattern, Tool } from '@/lib/tool/tool'
import { submissionContract } from './contract'
import { resolve } from './resolve'

const tool: Tool = {
  id: 'tol_1',
  name: 'edit',
  description: '',
  classified: {
    operation: 'update',
    reversible: true,
    external: false,
    asks_person: false,
    sensitivity: 'public',
    parameters: {},
    sentence: null,
  },
  classify_hold_id: null,
}
const source: ResourceSource = {
  id: 'rsr_1',
  name: 'CMDB',
  type_pattern: 'customer',
  id_pattern: '*',
  url: 'https://cmdb.example/{type}/{id}',
  version: 1,
}
const said = (more: Partial<ResourceFact>): ResourceFact => ({ ...unknownFact(source), known: true, ...more })
const given = (resource: Record<string, string>) => submissionContract.parse({ tool: 'edit', params: {}, resource })
const customer = given({ type: 'customer', id: '42' })
const judged = (fact: ResourceFact | null, patterns: readonly ResourcePattern[] = [], submission = customer) =>
  resolve(submission, tool, patterns, 'development', 'sha256:0', fact)
const pattern = (more: Partial<ResourcePattern>): ResourcePattern => ({
  type_pattern: 'customer',
  id_pattern: '*',
  environment: null,
  tenant: null,
  classification: null,
  ...more,
})

describe('facts about resources', () => {
  it('without a source everything is as it was', () => {
    expect(judged(null)).toMatchObject({ environment: 'development', classification: 'public', owning_team: null })
  })

  it('what the source says counts where it is stricter', () => {
    const fact = said({ environment: 'staging', classification: 'confidential', tenant: 'acme', owning_team: 'crm' })
    expect(judged(fact)).toMatchObject({
      environment: 'staging',
      classification: 'confidential',
      tenants: ['acme'],
      owning_team: 'crm',
    })
  })

  it('no answer is production and restricted', () => {
    expect(judged(unknownFact(source))).toMatchObject({ environment: 'production', classification: 'restricted' })
  })

  it('no answer leaves what people wrote down in patterns', () => {
    const patterns = [pattern({ environment: 'staging', classification: 'internal' })]
    expect(judged(unknownFact(source), patterns)).toMatchObject({ environment: 'staging', classification: 'internal' })
    expect(judged(unknownFact(source), [pattern({ tenant: 'acme' })])).toMatchObject({
      environment: 'production',
      classification: 'restricted',
      tenants: ['acme'],
    })
  })

  it('the tenant of the source joins what the agent says: both have to be in scope', () => {
    const claimed = given({ type: 'customer', id: '42', tenant: 'mine' })
    expect(judged(said({ tenant: 'acme' }), [], claimed).tenants).toEqual(['mine', 'acme'])
  })

  it('never loosens, whatever source, patterns and agent say', () => {
    const scale = <T extends string>(all: readonly T[]) => fc.constantFrom<T | null>(null, ...all)
    const half = fc.record({ environment: scale(environments), classification: scale(classifications) })
    const rank = ({ environment, classification }: ReturnType<typeof judged>) => [
      environments.indexOf(environment),
      classifications.indexOf(classification),
    ]
    fc.assert(
      fc.property(half, half, half, (fact, written, claim) => {
        const submission = given({
          type: 'customer',
          id: '42',
          ...(claim.environment ? { environment: claim.environment } : {}),
          ...(claim.classification ? { classification: claim.classification } : {}),
        })
        const [environment = 0, classification = 0] = rank(judged(null, [pattern(written)], submission))
        for (const one of [said(fact), unknownFact(source)]) {
          const [withFact = 0, classified = 0] = rank(judged(one, [pattern(written)], submission))
          expect(withFact).toBeGreaterThanOrEqual(environment)
          expect(classified).toBeGreaterThanOrEqual(classification)
        }
      }),
    )
  })
})

describe('which source is asked', () => {
  const other = { ...source, id: 'rsr_2', type_pattern: '*' }
  it('the first whose patterns might cover it, tricks included (P08)', () => {
    expect(sourceFor([source, other], { type: 'customer', id: '1' })?.id).toBe('rsr_1')
    expect(sourceFor([source, other], { type: 'Customer', id: '1' })?.id).toBe('rsr_1')
    expect(sourceFor([source, other], { type: 'invoice' })?.id).toBe('rsr_2')
    expect(sourceFor([source], { type: 'invoice' })).toBeNull()
    expect(sourceFor([source], null)).toBeNull()
  })

  it('an answer of another source, or of an earlier version of it, is no answer', () => {
    const answered = said({ environment: 'development', classification: 'public' })
    const resource = { type: 'customer', id: '42' }
    expect(factNow([source], resource, answered)).toEqual(answered)
    expect(factNow([{ ...source, version: 2 }], resource, answered)?.known).toBe(false)
    expect(factNow([source], resource, null)).toEqual(unknownFact(source))
    expect(factNow([], resource, answered)).toBeNull()
    expect(stampOf(source)).toBe('rsr_1@1')
  })
})
