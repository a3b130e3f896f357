import { describe, expect, it } from 'vitest'
import { linesContract } from '@/lib/grant/contract'
import { draftOf, errorAt, readDraft, type ToolChoice } from './grant-draft'
import { emptyLine, readLine, withTool, writeLine } from './line-draft'

const tool: ToolChoice = {
  name: 'pay_invoice',
  classified: {
    operation: 'pay',
    reversible: false,
    external: false,
    asks_person: false,
    sensitivity: null,
    parameters: { recipient: 'recipient', amount: 'amount' },
    sentence: null,
  },
  parameters: [
    { name: 'recipient', type: 'string' },
    { name: 'amount', type: 'number' },
    { name: 'note', type: null },
  ],
}
const tools = new Map([
  [tool.name, tool],
  ['shell', { ...tool, name: 'shell' }],
  ['new_tool', { ...tool, name: 'new_tool', classified: null }],
])

describe('a line in the form', () => {
  it('says the same when it is read as what it was written from', () => {
    const line = {
      tool: 'pay_invoice',
      operation: 'pay' as const,
      environment: 'production' as const,
      resource: { type: 'invoice', id: 'INV-2026-*' },
      params: {
        recipient: { one_of: ['DE89', 'DE90'] },
        amount: { at_most: '99.5' },
        note: { equals: { of: [1, '1', null] } },
        'a/b~c': { one_of: [1, '1'] },
        text: { max_length: 20 },
        path: { prefix: '/reports/' },
      },
      count: 20,
      amount: { value: '1000', currency: 'EUR' },
    }
    expect(linesContract.safeParse([line]).success).toBe(true)
    const written = writeLine(line, 0, tool)
    expect(written.params.find(one => one.name === 'a/b~c')).toMatchObject({ as: 'json', added: true })
    expect(readLine(written)).toEqual({ line, faults: [] })
  })
  it('P06 a number and its text stay two values', () => {
    const of = (value: unknown) =>
      readLine(writeLine({ tool: 'pay_invoice', params: { note: { equals: value } } }, 0, tool)).line.params?.note
    expect(of(98.7)).toEqual({ equals: 98.7 })
    expect(of('98.7')).toEqual({ equals: '98.7' })
    expect(of('true')).toEqual({ equals: 'true' })
    expect(of(true)).toEqual({ equals: true })
  })
  it('asks for every parameter of the tool, and covers none that is left out', () => {
    const chosen = withTool(emptyLine(0), tool.name, tool)
    expect(readLine(chosen).faults.map(one => one.pointer)).toEqual([
      '/params/recipient',
      '/params/amount',
      '/params/note',
    ])
    const without = { ...chosen, params: chosen.params.map(one => ({ ...one, kind: 'absent' as const })) }
    expect(readLine(without)).toMatchObject({ faults: [], line: { params: {} } })
  })
})

describe('the form', () => {
  const seed = { agent_id: `agt_${'0'.repeat(26)}`, reason: 'Monthly.', lines: [] }
  const filled = (name: string) => {
    const draft = draftOf(seed, tools)
    const params = [{ name: 'recipient', kind: 'prefix' as const, text: 'DE89', as: 'text' as const, added: false }]
    return readDraft({ ...draft, lines: [{ ...emptyLine(0), tool: name, params }] }, tools, 'production')
  }
  it('P15 says at its place what can never be approved in advance, before anything is sent', () => {
    const { missing, problems } = filled('pay_invoice')
    expect(missing).toEqual([])
    expect(errorAt(problems, '/lines/0/params/recipient')).toContain('say it by equals or one_of')
    expect(errorAt(filled('shell').problems, '/lines/0/tool')).toContain('runs whatever it is given')
    expect(errorAt(filled('new_tool').problems, '/lines/0/tool')).toContain('classified')
  })
  it('holds each kind to its longest life', () => {
    const said = (kind: 'standing' | 'envelope' | 'break_glass', life: string, unit: 'minutes' | 'hours' | 'days') =>
      errorAt(
        readDraft({ ...draftOf(seed, tools), kind, life, unit }, tools, 'production').missing,
        '/expires_in_seconds',
      )
    expect(said('standing', '30', 'days')).toBeUndefined()
    expect(said('standing', '31', 'days')).toBe('At most 30 days.')
    expect(said('envelope', '25', 'hours')).toBe('At most one day.')
    expect(said('break_glass', '60', 'minutes')).toBeUndefined()
    expect(said('break_glass', '61', 'minutes')).toBe('At most one hour.')
    expect(said('standing', 'soon', 'days')).toBeDefined()
  })
})
