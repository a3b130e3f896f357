import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { actionStatuses } from './contract'
import { type Dependency, deferredSeconds, dependenciesOf, judgeDeferral } from './defer'

const id = (n: number) => `act_${String(n).padStart(26, '0')}`
const dep = (more: Partial<Dependency> = {}): Dependency => ({
  id: id(1),
  agent_id: 'agt_1',
  status: 'allowed',
  outcome: null,
  depth: 0,
  delegated_by: [],
  ...more,
})
const judged = (one: Dependency | null, waits: 'after' | 'parent' = 'after') =>
  judgeDeferral(
    waits === 'after' ? { after: [id(1)], parent: null } : { after: [], parent: id(1) },
    'agt_1',
    new Map(one ? [[one.id, one]] : []),
  )

describe('an action that waits for another', () => {
  it.each<[Partial<Dependency>, string, string]>([
    [{ status: 'held' }, 'wait', 'wait'],
    [{ status: 'deferred' }, 'wait', 'wait'],
    [{ status: 'allowed' }, 'wait', 'ready'],
    [{ status: 'approved' }, 'wait', 'ready'],
    [{ outcome: 'unknown' }, 'wait', 'ready'],
    [{ outcome: 'succeeded' }, 'ready', 'ready'],
    [{ outcome: 'failed' }, 'denied', 'ready'],
    [{ outcome: 'rolled_back' }, 'denied', 'ready'],
    [{ status: 'denied' }, 'denied', 'denied'],
    [{ status: 'rejected' }, 'denied', 'denied'],
    [{ status: 'expired' }, 'denied', 'denied'],
    [{ status: 'cancelled' }, 'denied', 'denied'],
    [{ status: 'contained' }, 'denied', 'denied'],
    [{ agent_id: 'agt_2', outcome: 'succeeded' }, 'denied', 'ready'],
    [{ agent_id: 'agt_2', status: 'denied' }, 'denied', 'ready'],
    [{ agent_id: 'agt_2', status: 'held' }, 'denied', 'ready'],
  ])('%o: after %s, parent %s', (is, after, parent) => {
    expect(judged(dep(is)).is).toBe(after)
    expect(judged(dep(is), 'parent').is).toBe(parent)
  })

  it('a missing one is told like another agent’s', () => {
    expect(judged(null)).toEqual(judged(dep({ agent_id: 'agt_2' })))
    expect(judged(null, 'parent')).toEqual(judged(dep({ agent_id: 'agt_2' }), 'parent'))
  })

  it('the sixth in a row is denied, and none waits longer than its deadline or a day', () => {
    expect(judged(dep({ status: 'deferred', depth: 4 }))).toEqual({ is: 'wait', depth: 5 })
    expect(judged(dep({ status: 'deferred', depth: 5 }))).toMatchObject({ is: 'denied', code: 'dependency.too_deep' })
    expect(deferredSeconds(undefined)).toBe(86_400)
    expect(deferredSeconds(2_592_000)).toBe(86_400)
    expect(deferredSeconds(60)).toBe(60)
  })

  it('INV-07 is never ready while one of many has not succeeded, and never waits for one that failed', () => {
    const one = fc.record({
      status: fc.constantFrom(...actionStatuses),
      outcome: fc.constantFrom(null, 'succeeded', 'failed', 'unknown', 'rolled_back'),
      depth: fc.integer({ min: 0, max: 6 }),
    })
    fc.assert(
      fc.property(fc.array(one, { minLength: 1, maxLength: 6 }), all => {
        const known = new Map(all.map((more, n) => [id(n), dep({ id: id(n), ...more })]))
        const said = judgeDeferral({ after: [...known.keys()], parent: null }, 'agt_1', known)
        const good = all.every(
          ({ status, outcome }) => (status === 'allowed' || status === 'approved') && outcome === 'succeeded',
        )
        expect(said.is === 'ready').toBe(good)
        if (all.some(({ status }) => status === 'denied' || status === 'rejected')) expect(said.is).toBe('denied')
      }),
      { numRuns: 1_000 },
    )
  })

  it('O03 says which are meant by ids, and nothing else', () => {
    expect(dependenciesOf(undefined)).toBeNull()
    expect(dependenciesOf({ parent: 'some step' })).toBeNull()
    expect(dependenciesOf({ after: [] })).toBeNull()
    expect(dependenciesOf({ parent: id(1), after: [id(2), id(2)] })).toEqual({ after: [id(2)], parent: id(1) })
    for (const after of ['act', [7], ['act_1'], [null], Array.from({ length: 11 }, (_, n) => id(n)), {}])
      expect(typeof dependenciesOf({ after }), JSON.stringify(after)).toBe('string')
  })
})
