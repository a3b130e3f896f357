import { describe, expect, it } from 'vitest'
import { withDefaults } from './contract'
import { boundTo, membersKept, membersOf, submissionOf } from './question'

const asked = {
  subject: { type: 'user', id: 'emma' },
  action: { name: 'send_money', properties: { amount: '98.70', note: 'mine' } },
  resource: { type: 'account', id: 'DE89', properties: { bank: 'X', note: 'theirs', environment: 'production' } },
}

describe('the action that a question is about', () => {
  it('has the tool, the resource with its claims, and the properties of both as parameters', () => {
    expect(submissionOf(asked)).toEqual({
      tool: 'send_money',
      resource: { type: 'account', id: 'DE89', environment: 'production', attributes: { note: 'theirs' } },
      params: { bank: 'X', amount: '98.70', note: 'mine' },
      context: { acting_for: 'emma' },
    })
  })

  it('carries the subject’s properties as a parameter; another kind of subject than a user with its kind', () => {
    const subject = { type: 'service', id: 'billing', properties: { level: 2 } }
    expect(submissionOf({ ...asked, subject })).toMatchObject({
      params: { subject: { level: 2 } },
      context: { acting_for: 'service:billing' },
    })
    const taken = { name: 'x', properties: { subject: 'Re: rent' } }
    expect(submissionOf({ ...asked, subject, action: taken })).toMatchObject({
      params: { subject: 'Re: rent' },
      resource: { attributes: { subject: { level: 2 } } },
    })
  })

  it('acts for whom the subject names, never for whom the context names; the agent itself says it there', () => {
    const context = { acting_for: 'boss' }
    expect(submissionOf({ ...asked, context }).context?.acting_for).toBe('emma')
    const subject = { type: 'agent', id: 'agt_1' }
    expect(submissionOf({ ...asked, subject, context }).context?.acting_for).toBe('boss')
  })

  it('takes from the context what has its form, keeps the rest apart, and leaves the protocol’s own members out', () => {
    const context = {
      session: 's-1',
      task: { not: 'text' },
      time: 'now',
      approval: { id: 'apr_1' },
      sources: [{ kind: 'user', text: 'pay' }],
    }
    expect(submissionOf({ ...asked, context }).context).toEqual({
      session: 's-1',
      sources: [{ kind: 'user', text: 'pay' }],
      acting_for: 'emma',
      authzen: { task: { not: 'text' }, time: 'now' },
    })
  })
})

describe('what a question is', () => {
  it('binds subject, resource, action and what of the context counts; not times, approvals, or the actor', () => {
    const context = { session: 's-1', time: 'now', approval: { id: 'apr_1' } }
    const later = { session: 's-1', time: 'later' }
    expect(boundTo({ ...asked, context })).toBe(boundTo({ ...asked, context: later }))
    const actor = { ...asked.subject, properties: { act: { sub: 'x' } } }
    expect(boundTo({ ...asked, subject: actor })).toBe(
      boundTo({ ...asked, subject: { ...asked.subject, properties: {} } }),
    )
    for (const other of [
      { subject: { ...asked.subject, id: 'bob' } },
      { subject: { ...asked.subject, properties: { role: null } } },
      { action: { name: 'send_money' } },
      { resource: { type: 'account', id: 'DE89' } },
      { context: { session: 's-2' } },
    ])
      expect(boundTo({ ...asked, ...other })).not.toBe(boundTo(asked))
  })

  it('is found again by what was kept of it, whatever was added since', () => {
    const first = { ...asked, context: { session: 's-1', task: { odd: true }, time: 'now' } }
    const members = membersKept(submissionOf(first), first.subject)
    expect(members).toEqual(['session', 'task'])
    expect(members).toEqual(membersOf(first))
    const more = { ...asked, context: { ...first.context, plan: 'pln_1', business_justification: 'renewal' } }
    expect(boundTo(more, members)).toBe(boundTo(first))
  })
})

it('an evaluation takes a whole entity from the defaults, or only what names its own', () => {
  const defaults = { subject: asked.subject, action: asked.action, resource: asked.resource, context: { a: 1 } }
  expect(withDefaults({}, defaults)).toEqual(defaults)
  expect(withDefaults({ resource: { id: 'GB29' }, context: { b: 2 } }, defaults)).toEqual({
    ...defaults,
    resource: { type: 'account', id: 'GB29' },
    context: { b: 2 },
  })
  expect(withDefaults(null, defaults)).toBeNull()
  expect(withDefaults({ subject: 'x' }, {})).toEqual({ subject: 'x' })
})
