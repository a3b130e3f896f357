import { describe, expect, it } from 'vitest'
import { defaultLimits } from './agent'
import { agentPatch, limitsBody, scopeBody } from './contract'
import { presetLines, presetScopes, presets } from './preset'
import { mustAccept, scopeWidens, widensAgent } from './widening'

const working = {
  status: 'active',
  environment: 'production',
  tier: 'high',
  application_id: 'app_1',
  limits: defaultLimits,
} as const
const [ada, ben, cleo, dan] = ['usr_a', 'usr_b', 'usr_c', 'usr_d'] as const

describe('what needs a second person', () => {
  it.each([
    ['a new purpose', { purpose: 'x' }, false],
    ['another owner', { owner_id: null }, false],
    ['a lower environment, judged more leniently', { environment: 'development' }, true],
    ['the same environment', { environment: 'production' }, false],
    ['a lower tier', { tier: 'standard' }, true],
    ['a higher tier', { tier: 'critical' }, false],
    ['another application', { application_id: 'app_01ARZ3NDEKTSV4RRFFQ69G5FAV' }, true],
    ['a higher ceiling', { limits: { per_second: 501 } }, true],
    ['a lower ceiling', { limits: { per_second: 1 } }, false],
  ] as const)('%s of a working agent in production', (_what, patch, widens) =>
    expect(widensAgent(working, agentPatch.parse(patch))).toBe(widens),
  )
  it('raising the environment of a working agent, from development too', () =>
    expect(widensAgent({ ...working, environment: 'development' }, { environment: 'production' })).toBe(true))
  it('nothing of an agent that has no key yet', () =>
    expect(widensAgent({ ...working, status: 'registered' }, { environment: 'development' })).toBe(false))
  it.each([
    ['an owner', { owner_id: ben }, [ben]],
    ['owner and backup', { owner_id: ben, backup_id: cleo }, [ben, cleo]],
    ['whoever asks: they have said yes', { owner_id: ada }, []],
    ['the people of the application again', { owner_id: null, backup_id: cleo }, [cleo]],
    ['the same people', { owner_id: dan, backup_id: null }, null],
    ['nobody', { purpose: 'x' }, null],
  ] as const)('a working agent is accepted by those it is given to: %s', (_what, patch, accepted) => {
    const owned = { ...working, owner_id: dan, backup_id: null }
    expect(mustAccept(owned, patch, ada)).toEqual(accepted)
    expect(mustAccept({ ...owned, status: 'registered' }, patch, ada)).toBeNull()
    expect(mustAccept({ ...owned, environment: 'development' }, patch, ada)).toBeNull()
  })
  it.each([
    ['active', 'production', true],
    ['active', 'staging', true],
    ['active', 'development', false],
    ['registered', 'production', false],
  ] as const)('a scope for an agent that is %s in %s: %s', (status, environment, widens) =>
    expect(scopeWidens({ status, environment })).toBe(widens),
  )
})

describe('presets', () => {
  it('write one valid line each, for the environment and what is below it, without secrets or privileges', () => {
    for (const preset of presets) {
      const [line, ...rest] = presetScopes(preset, 'staging')
      expect(rest).toEqual([])
      expect(scopeBody.safeParse(line).success, preset).toBe(true)
      expect(line?.environments).toEqual(['development', 'staging'])
      for (const operation of ['secret', 'privilege', 'revoke', 'delegate'] as const)
        expect(presetLines[preset].operations).not.toContain(operation)
    }
  })
  it('drafts never sends, and reads only writes nothing', () => {
    expect(presetLines.drafts.operations).not.toContain('send')
    expect(presetLines.reads_only.operations).toEqual(['read'])
  })
})

describe('limits', () => {
  it.each([{ per_second: 0 }, { per_second: -1 }, { burst: 1.5 }, { other: 1 }])('refuse %j', limits =>
    expect(limitsBody.safeParse(limits).success).toBe(false),
  )
})
