import { expect, it } from 'vitest'
import { predecessor, type Stopped } from './lineage'

const stopped = (more: Partial<Stopped>): Stopped => ({
  agent_id: 'agt_old',
  name: 'Old',
  application_id: 'app_1',
  owner: 'usr_1',
  level: 'quarantined',
  ...more,
})
const fresh = { id: 'agt_new', application_id: 'app_1', owner: 'usr_1' }

it.each([
  ['none', [], null],
  ['of the same application and owner', [stopped({})], 'agt_old'],
  ['of another application', [stopped({ application_id: 'app_2' })], null],
  ['of another owner', [stopped({ owner: 'usr_2' })], null],
  ['only paused', [stopped({ level: 'paused' })], null],
  ['itself', [stopped({ agent_id: 'agt_new' })], null],
  ['the strictest of two', [stopped({}), stopped({ agent_id: 'agt_killed', level: 'killed' })], 'agt_killed'],
] as const)('K06: a new agent takes the place of one that is stopped: %s', (_what, all, expected) =>
  expect(predecessor(all, fresh)?.agent_id ?? null).toBe(expected),
)
