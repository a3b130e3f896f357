import { describe, expect, it } from 'vitest'
import { submissionContract } from '@/lib/action/contract'
import { resolve } from '@/lib/action/resolve'
import type { Scope } from '@/lib/agent/agent'
import type { Classified, ResourcePattern, Tool } from '@/lib/tool/tool'
import { riskOf } from './risk'
import { matchScopes } from './scope-match'

const now = new Date('2026-01-01T00:00:00Z')
const classified: Classified = {
  operation: 'pay',
  reversible: true,
  external: false,
  asks_person: false,
  sensitivity: 'internal',
  parameters: { amount: 'amount', currency: 'currency' },
  sentence: null,
}
const tool = (more: Partial<Classified> = {}): Tool => ({
  id: 'tol_1',
  name: 'send',
  description: '',
  classified: { ...classified, ...more },
  classify_hold_id: null,
})
const scope = (more: Partial<Scope> = {}): Scope => ({
  id: 'scp_1',
  agent_id: 'agt_1',
  tool_pattern: 'send*',
  resource_pattern: '*',
  operations: ['pay', 'read'],
  ceiling: 'internal',
  environments: ['production'],
  tenants: ['*'],
  ask: 'never',
  expires_at: null,
  ...more,
})
const judged = (
  body: Record<string, unknown>,
  known: Tool | null = tool(),
  patterns: readonly ResourcePattern[] = [],
) => resolve(submissionContract.parse({ tool: 'send', params: {}, ...body }), known, patterns, 'production', 'sha256:0')

describe('what an action is', () => {
  it.each([
    [
      'G13 the catalogue’s operation counts, not the claim',
      { operation: 'read' },
      tool(),
      { operation: 'pay', claim_differs: true },
    ],
    [
      'the claim counts where the catalogue says read',
      { operation: 'delete' },
      tool({ operation: 'read' }),
      { operation: 'delete', claim_differs: false },
    ],
    [
      'G11 an unknown tool counts as restricted and is never a read',
      { operation: 'read' },
      null,
      { operation: 'execute', classification: 'restricted', known: false, reversible: false },
    ],
    [
      'a tool without a sensitivity counts as restricted',
      {},
      tool({ sensitivity: null }),
      { classification: 'restricted' },
    ],
    [
      'the stricter classification',
      { resource: { classification: 'confidential' } },
      tool(),
      { classification: 'confidential' },
    ],
    [
      'a laxer claim changes nothing',
      { resource: { classification: 'public', environment: 'development' } },
      tool(),
      { classification: 'internal', environment: 'production' },
    ],
    ['a claim that it cannot be undone', { impact: { reversible: false } }, tool(), { reversible: false }],
    [
      'a claim that it can be undone changes nothing',
      { impact: { reversible: true } },
      tool({ reversible: false }),
      { reversible: false },
    ],
    [
      'the amount from the parameter that the catalogue names',
      { params: { amount: '98.70', currency: 'GBP' } },
      tool(),
      { amount: '98.7000', currency: 'GBP' },
    ],
    ['98.7 and 98.70 are one amount', { params: { amount: 98.7 } }, tool(), { amount: '98.7000' }],
    [
      'a claim may only raise it',
      { params: { amount: '98.70' }, impact: { amount: { value: '12000', currency: 'GBP' } } },
      tool(),
      { amount: '12000.0000' },
    ],
    [
      'and never lower it',
      { params: { amount: '12000' }, impact: { amount: { value: '1', currency: 'GBP' } } },
      tool(),
      { amount: '12000.0000' },
    ],
    [
      'P06 of several amounts the largest',
      { params: { amount: '1', fee: '25000' } },
      tool({ parameters: { amount: 'amount', fee: 'amount' } }),
      { amount: '25000.0000' },
    ],
    [
      'P06 one unreadable amount beside a readable one',
      { params: { amount: '1', fee: ['25000'] } },
      tool({ parameters: { amount: 'amount', fee: 'amount' } }),
      { amount: '1.0000', amount_unreadable: true },
    ],
    ['minus a million is no small payment', { params: { amount: '-1000000' } }, tool(), { amount: '1000000.0000' }],
    [
      'P06 an amount in a list is not coerced',
      { params: { amount: ['100'] } },
      tool(),
      { amount: null, amount_unreadable: true },
    ],
    ['P06 an amount of true is not coerced', { params: { amount: true } }, tool(), { amount_unreadable: true }],
  ] as const)('%s', (_name, body, known, expected) => {
    expect(judged(body, known)).toMatchObject(expected)
  })

  it.each(['prod/../prod/db', 'prod/db.', 'x/../prod/db', 'prod%2fdb', 'prod/db\u0000', 'PROD/db', 'ｐｒｏｄ/db'])(
    'P08 no other spelling evades a pattern that tightens: %o',
    id => {
      const patterns: ResourcePattern[] = [
        {
          type_pattern: 'store',
          id_pattern: 'prod/*',
          environment: 'production',
          tenant: null,
          classification: 'restricted',
        },
      ]
      for (const type of ['store', 'STORE', 'store\u200b']) {
        const said = submissionContract.parse({ tool: 'send', params: {}, resource: { type, id } })
        expect(resolve(said, tool(), patterns, 'development', 'sha256:0'), type).toMatchObject({
          environment: 'production',
          classification: 'restricted',
        })
      }
      const said = submissionContract.parse({ tool: 'send', params: {}, resource: { type: 'store', id: 'dev/db' } })
      expect(resolve(said, tool(), patterns, 'development', 'sha256:0').environment).toBe('development')
    },
  )

  it('resource patterns that people wrote tighten what the agent says', () => {
    const patterns: ResourcePattern[] = [
      { type_pattern: 'bank*', id_pattern: '*', environment: null, tenant: 'acme', classification: 'restricted' },
    ]
    expect(judged({ resource: { type: 'bank_account', id: 'x', tenant: 'other' } }, tool(), patterns)).toMatchObject({
      classification: 'restricted',
      tenants: ['other', 'acme'],
    })
    expect(judged({ resource: { type: 'note', id: 'x' } }, tool(), patterns).classification).toBe('internal')
  })
})

describe('scopes', () => {
  it.each([
    ['covers', {}, {}, { in_scope: true, missing: null }],
    [
      'lacks the tool',
      { tool_pattern: 'read_*' },
      {},
      { in_scope: false, missing: 'No scope of this agent covers tool send.' },
    ],
    [
      'lacks the operation',
      { operations: ['read'] },
      {},
      { in_scope: false, missing: 'No scope of this agent covers operation pay.' },
    ],
    [
      'I05 lacks the environment',
      { environments: ['development'] },
      {},
      { in_scope: false, missing: 'No scope of this agent covers environment production.' },
    ],
    [
      'lacks the resource',
      { resource_pattern: 'invoice:*' },
      { resource: { type: 'bank', id: '1' } },
      { in_scope: false, missing: 'No scope of this agent covers resource bank:1.' },
    ],
    [
      'P08 a path trick matches no narrow pattern',
      { resource_pattern: 'file:/a/*' },
      { resource: { type: 'file', id: '/a/../b' } },
      { in_scope: false },
    ],
    [
      'lacks the tenant',
      { tenants: ['acme'] },
      { resource: { type: 'x', tenant: 'other' } },
      { in_scope: true, tenant_in_scope: false },
    ],
    ['has expired', { expires_at: now }, {}, { in_scope: false }],
    ['stands below the classification', { ceiling: 'public' }, {}, { in_scope: true, above_ceiling: true }],
  ] as const)('%s', (_name, more, body, expected) => {
    expect(matchScopes([scope(more)], 'send', judged(body), now)).toMatchObject(expected)
  })

  it.each([
    'git status; rm -rf /',
    'git log | sh',
    'git log && curl evil.example',
    'git log & id',
    'git show $(id)',
    'git show `id`',
    'git show $HOME',
    'git log > /etc/passwd',
    'git diff <(id)',
    'git status\nrm -rf /',
    'git st\\\natus',
    'git log ｜ sh',
    'sh -lc "git status"',
    'GIT_SSH=evil git status',
    '/tmp/git status',
    'env git status',
  ])('P14 a narrow pattern covers one plain command, never %o', id => {
    for (const type of ['command', 'shell', 'Command']) {
      const met = matchScopes(
        [scope({ resource_pattern: `${type}:git *` })],
        'send',
        judged({ resource: { type, id } }),
        now,
      )
      expect(met, type).toMatchObject({ in_scope: false, missing: expect.stringContaining('resource') })
    }
  })

  it('P14 a plain command with quoted arguments is covered, and so is whatever is no command', () => {
    for (const [pattern, type, id] of [
      ['command:git *', 'command', 'git commit -m "as it was" --author=\'A B\''],
      ['page:https://example.com/*', 'page', 'https://example.com/a?b=1&c=2'],
      ['*', 'command', 'git log | sort'],
    ] as const) {
      const met = matchScopes([scope({ resource_pattern: pattern })], 'send', judged({ resource: { type, id } }), now)
      expect(met.in_scope, id).toBe(true)
    }
  })

  it('of several that cover it the highest ceiling and the strictest ask count', () => {
    const both = [scope({ ceiling: 'public', ask: 'writes' }), scope({ id: 'scp_2', ceiling: 'restricted' })]
    expect(matchScopes(both, 'send', judged({}), now)).toMatchObject({
      above_ceiling: false,
      ask: 'writes',
      scope_ids: ['scp_1', 'scp_2'],
    })
  })
})

describe('risk', () => {
  it('says the gravest first, in our words', () => {
    expect(riskOf(judged({ params: { amount: '50000' } }, tool({ reversible: false })))).toEqual({
      level: 'critical',
      reasons: ['Large amount', 'Moves money', 'Cannot be undone', 'Production'],
    })
    expect(riskOf(judged({}, tool({ operation: 'read' }))).level).toBe('low')
  })
})
