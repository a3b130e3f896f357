import { describe, expect, it } from 'vitest'
import { importBody, listedTools } from './contract'
import { suggestMeaning } from './parameters'
import { suggest, wordsOf } from './suggest'

describe('suggest', () => {
  it.each([
    ['send_money', 'pay'],
    ['get_iban', 'read'],
    ['get_most_recent_transactions', 'read'],
    ['schedule_transaction', 'pay'],
    ['update_password', 'secret'],
    ['read_file', 'read'],
    ['delete_file', 'delete'],
    ['cancel_reservation', 'delete'],
    ['book_reservation', 'create'],
    ['update_reservation_flights', 'update'],
    ['search_direct_flight', 'read'],
    ['send_certificate', 'send'],
    ['sendEmail', 'send'],
    ['grant_role', 'privilege'],
    ['revoke_access', 'revoke'],
    ['deploy-service', 'deploy'],
    ['bash', 'execute'],
    ['list_secrets', 'secret'],
    ['frobnicate', 'execute'],
  ])('%s looks like %s', (name, operation) => expect(suggest({ name }).operation).toBe(operation))

  it('takes a tool that hands over to a person for one that asks', () =>
    expect(suggest({ name: 'transfer_to_human_agents' })).toMatchObject({ asks_person: true }))

  it('annotations suggest, and never make a paying tool a reading one', () => {
    expect(suggest({ name: 'frobnicate', annotations: { readOnlyHint: true } }).operation).toBe('read')
    expect(suggest({ name: 'send_money', annotations: { readOnlyHint: true } }).operation).toBe('pay')
    expect(suggest({ name: 'get_report', annotations: { readOnlyHint: false } }).operation).toBe('execute')
    expect(suggest({ name: 'create_invoice', annotations: { destructiveHint: true } }).reversible).toBe(false)
    expect(suggest({ name: 'create_invoice', annotations: { openWorldHint: true } }).external).toBe(true)
  })

  it('reads what parameters mean from their names', () => {
    const found = suggest({
      name: 'send_money',
      inputSchema: { type: 'object', properties: { recipient: {}, amount: {}, subject: {}, date: {}, zzz: {} } },
    })
    expect(found.parameters).toEqual({
      recipient: 'recipient',
      amount: 'amount',
      subject: 'subject',
      date: 'date',
      zzz: 'other',
    })
    expect(found.sentence).toBe('Pay {amount} to {recipient}')
  })
  it.each([
    ['reservation_id', 'resource_id'],
    ['user_name', 'person'],
    ['password', 'secret'],
    ['file_path', 'file'],
    ['sql', 'sql'],
    ['currency', 'currency'],
    ['limit', 'count'],
    ['body', 'body'],
    ['due_date', 'date'],
  ])('%s means %s', (name, meaning) => expect(suggestMeaning(name)).toBe(meaning))
  it('splits names into words however they are written', () =>
    expect(wordsOf('sendMoney-now_v2')).toEqual(['send', 'money', 'now', 'v2']))
})

describe('an import', () => {
  const tool = { name: 'a', description: 'x', inputSchema: { type: 'object' } }
  it.each([
    ['a list', { source: 's', tools: [tool] }],
    ['tools/list', { source: 's', format: 'mcp', document: { tools: [tool] } }],
    ['an answer of tools/list', { source: 's', document: { jsonrpc: '2.0', id: 1, result: { tools: [tool] } } }],
    [
      'function definitions',
      { source: 's', document: [{ type: 'function', function: { name: 'a', description: 'x', parameters: {} } }] },
    ],
    ['one definition', { source: 's', format: 'json_schema', document: { name: 'a', parameters: {} } }],
  ])('reads %s', (_what, body) => expect(listedTools(importBody.parse(body)).map(one => one.name)).toEqual(['a']))
  it.each([
    { tools: [] },
    { tools: [{ name: '' }] },
    { tools: [{ name: 'a\u202e' }] },
    { source: 's' },
    { tools: [tool], more: 1 },
  ])('refuses %j', body => expect(importBody.safeParse(body).success).toBe(false))
})
