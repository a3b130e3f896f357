import { describe, expect, it } from 'vitest'
import { cutTitle, inThrees } from './title-parts'

const plain = (title: string) =>
  cutTitle(title)
    .map(part => ('text' in part ? part.text : part.groups.join('')))
    .join('')

describe('a title', () => {
  it('keeps every character of the sentence, so that what is copied is exact', () => {
    for (const title of [
      'Pay 18450.00 EUR to DE44500105175407324931',
      'Delete 88210 records from leads_2018',
      'an open ` stays, 2026-12-01 too',
      '',
    ])
      expect(plain(title)).toBe(title)
  })

  it('groups amounts and accounts, and nothing that is part of a longer word', () => {
    expect(cutTitle('Pay 18450.00 EUR to DE44500105175407324931')).toEqual([
      { kind: 'text', text: 'Pay ' },
      { kind: 'amount', groups: ['18', '450.00'] },
      { kind: 'text', text: ' EUR to ' },
      { kind: 'account', groups: ['DE44', '5001', '0517', '5407', '3249', '31'] },
    ])
    expect(cutTitle('Pay 18450 (no currency)')[1]).toEqual({ kind: 'amount', groups: ['18', '450'] })
    for (const left of ['Deploy v18450.00 EUR', 'Open ORD-88121', 'In 2026 EURO', 'x_DE44500105175407324931'])
      expect(cutTitle(left)).toEqual([{ kind: 'text', text: left }])
  })

  it('sets names between backticks apart', () => {
    expect(cutTitle('Run `demo.hold_me`')).toEqual([
      { kind: 'text', text: 'Run ' },
      { kind: 'code', text: 'demo.hold_me' },
    ])
  })

  it('counts threes from the decimal point', () => {
    expect(inThrees('1234567.5')).toEqual(['1', '234', '567.5'])
    expect(inThrees('12')).toEqual(['12'])
  })
})
