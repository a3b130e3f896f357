import { expect, it } from 'vitest'
import { paramHeaderFault } from './param-headers'

const schema = {
  type: 'object',
  properties: {
    region: { type: 'string', 'x-mcp-header': 'Region' },
    size: { type: 'integer', 'x-mcp-header': 'Size' },
    place: { type: 'object', properties: { city: { type: 'string', 'x-mcp-header': 'City' } } },
    plain: { type: 'string' },
  },
}
const fault = (args: object, headers: Record<string, string>) => paramHeaderFault(schema, args, name => headers[name])

it.each([
  ['the same word', { region: 'eu' }, { 'Mcp-Param-Region': 'eu' }],
  ['its Base64', { region: 'Zürich' }, { 'Mcp-Param-Region': '=?base64?WsO8cmljaA==?=' }],
  ['a word that only looks like Base64', { region: 'SGVsbG8=' }, { 'Mcp-Param-Region': 'SGVsbG8=' }],
  ['the same number, written otherwise', { size: 42 }, { 'Mcp-Param-Size': '42.0' }],
  ['what stands deeper', { place: { city: 'Bern' } }, { 'Mcp-Param-City': 'Bern' }],
  ['a header without an argument', {}, { 'Mcp-Param-Region': 'eu' }],
  ['arguments that want no header', { plain: 'x', region: null }, {}],
])('headers agree by %s', (_, args, headers) => {
  expect(fault(args, headers)).toBe(null)
})

it.each([
  ['is not there', { region: 'eu' }, {}, 'Mcp-Param-Region'],
  ['says something else', { region: 'eu' }, { 'Mcp-Param-Region': 'us' }, 'Mcp-Param-Region'],
  ['is no whole Base64', { region: 'Hello' }, { 'Mcp-Param-Region': '=?base64?SGVsbG8?=' }, 'Mcp-Param-Region'],
  [
    'has letters that Base64 has not',
    { region: 'Hello' },
    { 'Mcp-Param-Region': '=?base64?SGVs!!!bG8=?=' },
    'Mcp-Param-Region',
  ],
  ['is no UTF-8', { region: 'x' }, { 'Mcp-Param-Region': '=?base64?/w==?=' }, 'Mcp-Param-Region'],
  ['says another number', { size: 42 }, { 'Mcp-Param-Size': '43' }, 'Mcp-Param-Size'],
  ['differs deeper', { place: { city: 'Bern' } }, { 'Mcp-Param-City': 'Basel' }, 'Mcp-Param-City'],
])('a header that %s is named', (_, args, headers, name) => {
  expect(fault(args, headers)).toBe(name)
})
