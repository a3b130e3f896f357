import { describe, expect, it } from 'vitest'
import type { ApprovalPolicy, Asked } from '@/lib/approval-policy/approval-policy'
import type { Need } from '@/lib/hold/need'
import type { Person } from '@/lib/hold/requirement'
import { ordinaryFacts } from '@/lib/policy/proof-case'
import { asksOf, groupWho, groupWords } from './asks-of'

const person = (id: Person['id'], ...teams: readonly `tea_${string}`[]): Person => ({
  id,
  name: id.slice(4),
  email: `${id.slice(4)}@example.com`,
  status: 'active',
  roles: teams.map(team_id => ({ role: 'approver', team_id })),
})
const people: readonly Person[] = [
  { ...person('usr_ann', 'tea_1'), manager: { id: 'usr_sue', set_by: 'usr_x', set_at: new Date(0) } },
  person('usr_bob', 'tea_1'),
  person('usr_sue', 'tea_2'),
]
const eve: Person = { ...person('usr_00000000000000000000000001'), name: 'Eve' }
const teams = new Map([
  ['tea_1', 'Payments'],
  ['tea_2', 'Support'],
])
const group = (approvals: number, ...who: readonly Asked[]): Need<Asked> => ({ approvals, who })
const ours: Asked = { relation: 'agent_team' }
const theirs: Asked = { relation: 'team_approvers', team_id: 'tea_2' }
const owning: Asked = { relation: 'resource_team' }
const asked = (need: Need<Asked>, facts = {}, confirm = false) => {
  const stages: ApprovalPolicy['stages'] = [
    ...(confirm ? [{ label: 'It is for you', confirm: true as const, who: [] }] : []),
    { label: 'People', need },
  ]
  const policy: ApprovalPolicy = { name: 'p', title: 'P', version: 1, rejects: 1, stages }
  const found = asksOf({ people, teams, approvalPolicies: new Map([['p', policy]]) })('p', {
    ...ordinaryFacts,
    ...facts,
  })
  return typeof found === 'string' ? found : Object.fromEntries(found)
}

describe('whom an approval policy would ask', () => {
  it.each<[string, Need<Asked>, object, boolean, object]>([
    ['so many of the agent’s team', group(2, ours), {}, false, { 'team_approvers|tea_1': 2 }],
    [
      'two teams at once',
      { at_least: 2, of: [group(1, ours), group(1, theirs)] },
      {},
      false,
      { 'team_approvers|tea_1': 1, 'team_approvers|tea_2': 1 },
    ],
    [
      'of two ways the one that asks fewer',
      { at_least: 1, of: [group(2, ours), group(1, theirs)] },
      {},
      false,
      { 'team_approvers|tea_2': 1 },
    ],
    [
      'of two ways the one that can be met',
      { at_least: 1, of: [group(2, ours), group(1, owning)] },
      {},
      false,
      { 'team_approvers|tea_1': 2 },
    ],
    [
      'the team that the resource’s system names',
      group(1, owning),
      { resource_team: 'Support' },
      false,
      { 'team_approvers|tea_2': 1 },
    ],
    [
      'either of two at one place',
      group(1, ours, theirs),
      {},
      false,
      { 'team_approvers|tea_1 + team_approvers|tea_2': 1 },
    ],
    [
      'the manager of whoever it is for',
      group(1, { relation: 'manager_of_acting_for' }),
      { acting_for: 'ann@example.com' },
      false,
      { 'manager|usr_ann': 1 },
    ],
    [
      'whoever confirms, too',
      group(1, theirs),
      { acting_for: 'ann@example.com' },
      true,
      { 'team_approvers|tea_2': 1, 'person|usr_ann': 1 },
    ],
  ])('%s', (_name, need, facts, confirm, wanted) => {
    expect(asked(need, facts, confirm)).toEqual(wanted)
  })

  it.each<[string, Need<Asked>, boolean, RegExp]>([
    ['more than there are', group(3, ours), false, /nobody who is asked/],
    ['a team that nobody names', group(1, owning), false, /nobody who is asked/],
    ['a confirmation by nobody', group(1, ours), true, /names nobody here/],
  ])('A20 %s is asked of nobody: it is denied, and says why', (_name, need, confirm, why) => {
    expect(asked(need, {}, confirm)).toMatch(why)
  })

  it('A20 no policy of that name asks nobody', () => {
    expect(asksOf({ people, teams, approvalPolicies: new Map() })('p', ordinaryFacts)).toContain('no approval policy')
  })
})

it.each([
  ['team_approvers|tea_1', 'approvers of Payments'],
  ['any_approver|', 'any approver'],
  ['governing|', 'who governs'],
  ['classifiers|', 'who may classify'],
  ['role|tea_2|approver', 'people with the role approver in Support'],
  [`person|${eve.id}`, 'Eve'],
  [`manager|${eve.id} + team_approvers|tea_2`, 'the manager of Eve or approvers of Support'],
])('%s reads as %s and means the people whom it names', (written, words) => {
  expect(groupWords(written, { people: [...people, eve], teams })).toBe(words)
  expect(groupWho(written).length).toBe(written.split(' + ').length)
})
