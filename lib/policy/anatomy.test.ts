import { describe, expect, it } from 'vitest'
import { anatomyOf, isAbout } from './anatomy'

const entity = (id: string) => ({ type: 'Action', id })
const head = (action: unknown) => anatomyOf({ effect: 'permit', action, conditions: [] })

describe('what a policy can be about', () => {
  it('is what its head names, and every operation for a head that is not understood', () => {
    expect(isAbout(head({ op: 'All' }), 'pay')).toBe(true)
    expect(isAbout(head({ op: '==', entity: entity('read') }), 'pay')).toBe(false)
    expect(isAbout(head({ op: '==', entity: entity('pay') }), 'pay')).toBe(true)
    expect(isAbout(head({ op: 'in', entities: [entity('read'), entity('pay')] }), 'pay')).toBe(true)
    expect(isAbout(head({ op: 'in', entities: [entity('read')] }), 'pay')).toBe(false)
    for (const odd of [
      null,
      {},
      { op: '!=', entity: entity('read') },
      { op: 'in', entity: entity('some-group') },
      { op: 'in', entities: [entity('read'), { type: 'Other', id: 'x' }] },
      { op: '==', entity: { __entity: entity('read') } },
    ])
      expect(isAbout(head(odd), 'pay'), JSON.stringify(odd)).toBe(true)
  })

  it('names the tools that it asks for before anything else, and every tool otherwise', () => {
    const tool = { '.': { left: { Var: 'context' }, attr: 'tool' } }
    const is = (name: string) => ({ '==': { left: tool, right: { Value: name } } })
    const and = (left: object, right: object) => ({ '&&': { left, right } })
    const or = (left: object, right: object) => ({ '||': { left, right } })
    const other = { '.': { left: { Var: 'context' }, attr: 'in_scope' } }
    const among = { contains: { left: { Set: [{ Value: 'a' }, { Value: 'b' }] }, right: tool } }
    const of = (body: unknown, kind = 'when') =>
      anatomyOf({ effect: 'permit', action: { op: 'All' }, conditions: [{ kind, body }] }).tools
    expect([...(of(and(and(is('a'), other), other)) ?? [])]).toEqual(['a'])
    expect([...(of(or(is('a'), { '==': { left: { Value: 'b' }, right: tool } })) ?? [])]).toEqual(['a', 'b'])
    expect([...(of(and(among, other)) ?? [])]).toEqual(['a', 'b'])
    for (const any of [
      other,
      and(other, is('a')),
      or(is('a'), other),
      { '!': { arg: is('a') } },
      { '==': { left: tool, right: tool } },
    ])
      expect(of(any), JSON.stringify(any)).toBe(null)
    expect(of(is('a'), 'unless')).toBe(null)
    expect(anatomyOf({ effect: 'permit', action: { op: 'All' }, conditions: [] }).tools).toBe(null)
  })

  it('finds what each fact is compared with, decimals as written, through all joins', () => {
    const context = { Var: 'context' }
    const of = (attr: string) => ({ '.': { left: context, attr } })
    const { literals, reads } = anatomyOf({
      effect: 'forbid',
      action: { op: 'All' },
      conditions: [
        {
          kind: 'when',
          body: {
            '&&': {
              left: { '==': { left: of('tool'), right: { Value: 'pay' } } },
              right: {
                '||': {
                  left: { '!': { arg: of('in_scope') } },
                  right: { greaterThan: [of('amount'), { decimal: [{ Value: '10.0' }] }] },
                },
              },
            },
          },
        },
      ],
    })
    expect([...reads].sort()).toEqual(['amount', 'in_scope', 'tool'])
    expect([...(literals.get('tool') ?? [])]).toEqual(['pay'])
    expect([...(literals.get('amount') ?? [])]).toEqual(['10.0'])
    expect([...(literals.get('in_scope') ?? [])]).toEqual([])
  })
})
