import { describe, expect, it } from 'vitest'
import type { GrantedRole } from '@/lib/access/permission'
import { eligibility, emptySide } from './conflict'
import { countsFrom, settledBy } from './cooling'
import type { Person, Requirement, Who } from './requirement'

const at = (text: string) => new Date(`2026-03-${text}:00Z`)
const now = at('20T12:00')
const long = at('01T00:00')
const ago = at('20T09:30')

const person = (n: number, roles: readonly GrantedRole[], more: Partial<Person> = {}): Person => ({
  id: `usr_${n}`,
  name: `Person ${n}`,
  email: `p${n}@example.com`,
  status: 'active',
  roles,
  ...more,
})
const given = (role: GrantedRole['role'], team: string | null, when?: Date): GrantedRole => ({
  role,
  team_id: team === null ? null : `tea_${team}`,
  ...(when ? { granted_at: when, granted_by: 'usr_9' } : {}),
})
const asks = (...who: Who[]): Requirement => ({ stages: [{ approvals: 1, who }], veto: true })
const team: Who = { relation: 'team_approvers', team_id: 'tea_a' }
const settled = settledBy(now, long)

describe('until when a role must have been given', () => {
  it.each([
    ['a day ago', long, at('19T12:00')],
    ['by the end of the founding, where that is less than a day ago', at('20T08:00'), at('20T08:00')],
    ['at any time while the organisation is being founded', at('20T18:00'), null],
    ['at any time while nobody is there', null, null],
  ])('%s', (_name, founding, expected) => {
    expect(settledBy(now, founding)).toEqual(expected)
  })
})

describe('A27 who counts for what is of critical risk', () => {
  const old = person(1, [given('approver', 'a', long)])
  const seeded = person(2, [given('approver', 'a')])
  const fresh = person(3, [given('approver', 'a', ago)])
  const twice = person(4, [given('approver', 'a', ago), given('governor', 'a', at('20T10:00'))])
  const moved = person(5, [given('governor', 'a', ago), given('approver', null, long)])
  const stranger = person(6, [given('viewer', null, ago)])
  const boss = person(7, [])
  const worker = person(8, [], { manager: { id: boss.id, set_by: 'usr_9', set_at: ago } })
  const everybody = [old, seeded, fresh, twice, moved, stranger, boss, worker]
  const tomorrow = at('21T09:30')
  it.each<[string, Requirement, Person, Date | null]>([
    ['a role of three weeks counts', asks(team), old, null],
    ['a role of which nobody knows the time counts', asks(team), seeded, null],
    ['a role of this morning counts tomorrow', asks(team), fresh, tomorrow],
    ['of two new roles the first that is enough', asks(team), twice, tomorrow],
    ['a new team role does not hurry: the old role does not reach the team', asks(team), moved, tomorrow],
    [
      'an old role that is enough by itself is not slowed by a new one',
      asks({ relation: 'any_approver' }),
      moved,
      null,
    ],
    ['a person named by the rule needs no role', asks({ relation: 'person', person_id: fresh.id }), fresh, null],
    ['a new manager is as new as a role', asks({ relation: 'manager', of: worker.id }), boss, tomorrow],
    ['escalation lets in by the deciding role, which is new', { ...asks(), added: [fresh.id] }, fresh, tomorrow],
    ['escalation lets in by the deciding role, which is old', { ...asks(), added: [old.id] }, old, null],
  ])('%s', (_name, requirement, who, from) => {
    expect(settled && countsFrom(requirement, settled, who, everybody)).toEqual(from)
  })

  it('tells who is new from when on they count, and lets them reject', () => {
    const side = { ...emptySide, settled }
    expect(eligibility(asks(team), side, fresh, everybody, false)).toEqual({
      may_approve: false,
      may_reject: true,
      self: false,
      reason:
        'This is of critical risk, and your role is new: it counts for this from 2026-03-21 09:30 UTC on. Until then you may reject it.',
    })
    expect(eligibility(asks(team), side, old, everybody, false).may_approve).toBe(true)
    expect(eligibility(asks(team), emptySide, fresh, everybody, false).may_approve).toBe(true)
    expect(eligibility(asks(team), { ...side, settled: settledBy(tomorrow, long) }, fresh, everybody, false)).toEqual(
      expect.objectContaining({ may_approve: true, reason: null }),
    )
  })

  it('a role that was taken and given again begins anew', () => {
    const again = person(3, [given('approver', 'a', at('20T11:00'))])
    expect(settled && countsFrom(asks(team), settled, again, [old, again])).toEqual(at('21T11:00'))
  })
})
