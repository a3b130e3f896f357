import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { makePerson, testPassword } from '@/server/testing/people'
import { world } from '@/server/testing/world'
import { report } from './replay-report'
import { faultsOf, replay } from './replay-run'

const it = await world()
const [running] = it.servers
if (!running) throw new Error('no server')
const given = [
  { name: 'Ruth Replay', roles: ['administrator'] as const, teams: [] },
  { name: 'Gus Replay', roles: ['governor'] as const, teams: [] },
  { name: 'Pia Replay', roles: ['approver'] as const, teams: ['Payments'] },
  { name: 'Tim Replay', roles: ['approver'] as const, teams: ['Payments'] },
]
const users: ((typeof given)[number] & { email: string; password: string })[] = []
for (const one of given) {
  const { email } = await makePerson(running, one.name, one.teams.length > 0 ? [['approver', it.team]] : [...one.roles])
  users.push({ ...one, email, password: testPassword })
}
const demo = { url: running.url, users, agents: [] }
const files = [fileURLToPath(new URL('fixtures/small-runs.jsonl', import.meta.url))]
const email = (name: string) => users.find(one => one.name === name)?.email ?? ''
const none = { lost: 0, doubled: 0, unanswered: 0 }
const statuses = (played: readonly { step: { tool: string }; action: { status: string } | null }[], tool: string) =>
  played.filter(one => one.step.tool === tool).map(one => one.action?.status)

test('recorded sessions go through: reads at once, writes by their approvers, nothing lost, doubled or unanswered', async () => {
  const lines: string[] = []
  const [result] = await replay({
    files,
    demo,
    approveAs: [email('Pia Replay'), email('Tim Replay')],
    parallel: 3,
    tools: null,
    say: line => void lines.push(line),
  })
  expect(result?.played.flatMap(one => one.problem ?? [])).toEqual([])
  expect(result?.faults).toEqual(none)
  expect(result?.sessions).toBe(3)
  const played = result?.played ?? []
  expect(played).toHaveLength(8)
  expect(statuses(played, 'find_parcel')).toEqual(['allowed', 'allowed', 'allowed'])
  expect(statuses(played, 'refund_parcel')).toEqual(['approved', 'approved'])
  expect(played.filter(one => one.step.tool === 'refund_parcel').map(one => one.approvals)).toEqual([2, 2])
  expect(statuses(played, 'update_address')).toEqual(['approved'])
  expect(statuses(played, 'transfer_to_human')).toEqual(['allowed'])
  // No definition says what it is: it waits for its classification, and is then decided like any other.
  expect(statuses(played, 'trace_parcel')).toEqual(['approved'])
  expect(played.find(one => one.step.tool === 'trace_parcel')?.why[0]).toContain('unclassified-tool')
  expect(lines.at(-1)).toContain('3 of 3 sessions, 8 actions')
  expect(result && report(result)).toContain('| attack | 1 | 0 | 1 | 0 | 1 |')
})

test('where nobody decides, what is held expires, the next step is played, and every action has its end', async () => {
  const [result] = await replay({ files, demo, approveAs: [], parallel: 3, tools: null, say: () => undefined })
  expect(result?.played.flatMap(one => one.problem ?? [])).toEqual([])
  expect(result?.faults).toEqual(none)
  const played = result?.played ?? []
  expect(statuses(played, 'refund_parcel')).toEqual(['expired', 'expired'])
  expect(statuses(played, 'update_address')).toEqual(['expired'])
  expect(statuses(played, 'transfer_to_human')).toEqual(['allowed'])
})

test('what is missing, twice there or without a decision is counted', () => {
  const step = { tool: 't', args: {}, result: '' }
  const one = (id: string, decided = true) => ({
    session: 's',
    step,
    action: { id, status: 'allowed', decision: decided ? { verdict: 'allow' as const } : null, hold: null },
    problem: null,
    why: [],
    approvals: 0,
    answered: null,
    released: null,
  })
  const single = new Map([
    ['a', 'allowed'],
    ['b', 'denied'],
  ])
  expect(faultsOf([one('a'), one('b')], single, ['a', 'b']).lost).toBe(1)
  expect(faultsOf([one('a'), one('c')], single, ['a']).lost).toBe(1)
  expect(faultsOf([one('a')], single, ['a', 'x', 'a']).doubled).toBe(2)
  expect(faultsOf([one('a'), one('a')], single, ['a']).doubled).toBe(1)
  expect(faultsOf([one('a', false)], single, ['a']).unanswered).toBe(1)
})
