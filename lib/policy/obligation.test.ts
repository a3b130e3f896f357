import { describe, expect, it } from 'vitest'
import { keptOf, obligationsOf, readDuties, withinOf } from './obligation'

const read = (text: string) => {
  const found = readDuties(text)
  if (!found.ok) throw new Error(found.faults.join(' '))
  return found.duties
}

describe('obligations', () => {
  it('are what the permits that decided ask, each once, the strictest limit only, the same in any order', () => {
    const a = read('mask:iban; notify; row_limit:100; execute_within:5m; custom:ask the customer: first')
    const b = read('row_limit:20; log; notify:owner; execute_within:10m')
    const both = obligationsOf([...a, ...b])
    expect(obligationsOf([...b, ...a])).toEqual(both)
    expect(obligationsOf([...a, ...b, ...a])).toEqual(both)
    expect(both.map(one => one.id)).toEqual(both.map((_, at) => `obl_${at + 1}`))
    expect(new Map(both.map(one => [one.type, one.properties]))).toEqual(
      new Map<string, unknown>([
        ['mask', { field: 'iban' }],
        ['notify', { whom: 'owner' }],
        ['row_limit', { rows: 20 }],
        ['execute_within', { seconds: 300 }],
        ['custom', { text: 'ask the customer: first' }],
        ['log', {}],
      ]),
    )
    expect(withinOf(both)).toBe(300)
    expect(withinOf([])).toBeNull()
  })

  it.each([
    '',
    'mask',
    'mask:',
    'mask: iban',
    'Notify',
    'notify:a b',
    'log:x',
    'row_limit',
    'row_limit:0',
    'row_limit:ten',
    'execute_within:1h',
    'execute_within:5',
    'custom',
    'delete:all',
    'log;',
  ])('O03 refuses “%s”', text => {
    expect(readDuties(text)).toMatchObject({ ok: false })
  })

  it('say what was done, failed or never reported; what names none, or one twice, is pointed at', () => {
    const asked = obligationsOf(read('log; notify; mask:a'))
    const [first, second] = asked.map(one => one.id)
    expect(
      keptOf(asked, [
        { id: first ?? '', status: 'done' },
        { id: second ?? '', status: 'failed' },
      ]),
    ).toEqual({
      unknown: [],
      kept: [
        { id: first, state: 'done' },
        { id: second, state: 'failed' },
        { id: asked[2]?.id, state: 'missing' },
      ],
    })
    expect(
      keptOf(asked, [
        { id: 'obl_9', status: 'done' },
        { id: first ?? '', status: 'done' },
        { id: first ?? '', status: 'failed' },
      ]).unknown,
    ).toEqual([0, 2])
  })
})
