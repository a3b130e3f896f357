import { expect, it } from 'vitest'
import { toCsv } from './csv'

const columns = [
  { head: 'Name', of: (one: { name: string; n: number | null }) => one.name },
  { head: 'Count', of: (one: { name: string; n: number | null }) => one.n },
]

it('an export is RFC 4180 text with a head, quoted where it must be', () => {
  expect(toCsv(columns, [{ name: 'a "b", c\nd', n: null }])).toBe('\uFEFFName,Count\r\n"a ""b"", c\nd",\r\n')
})

it('U14 a name that a spreadsheet would run as a formula is only text; numbers stay numbers', () => {
  for (const name of ['=1+1', '+cmd', '-2+3', '@sum', '\t=1']) {
    expect(toCsv(columns, [{ name, n: -5 }])).toBe(`\uFEFFName,Count\r\n'${name},-5\r\n`)
  }
})
