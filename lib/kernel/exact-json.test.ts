import fc from 'fast-check'
import { expect, test } from 'vitest'
import { exactJson, exactLine } from './exact-json'

test('U03 U04 U06 any JSON value is printable ASCII without a run of spaces, and parsed it is the value again', () => {
  const hostile = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc.constantFrom('\u202e', '\u200b', '   ', '\\u0020', '"}', '\u0000', '\ud800', '\u{e0041}', 'а', ''),
  )
  const value = fc.jsonValue({ stringUnit: 'binary' })
  fc.assert(
    fc.property(fc.array(fc.oneof(hostile, value)), fc.dictionary(hostile, value), (list, object) => {
      for (const one of [list, object, { list, object }]) {
        const text = exactJson(one)
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(one)))
        expect(JSON.parse(exactLine(one))).toEqual(JSON.parse(text))
        expect(exactLine(one)).toMatch(/^[ -~]*$/)
        for (const line of text.split('\n')) expect(line.trimStart()).toMatch(/^(?!.* {2})[ -~]*$/)
      }
    }),
  )
})

test('what differs in the value differs in the text: a number and a text of digits, kinds of blank, letters that look alike', () => {
  const values = [
    5,
    '5',
    null,
    'null',
    '',
    [],
    {},
    [[]],
    ' ',
    '  ',
    '\u00a0',
    '\\u00a0',
    'a',
    'а',
    'é',
    'e\u0301',
    '\r\n',
    '\n',
  ]
  expect(new Set(values.map(exactJson)).size).toBe(values.length)
})

test('it is laid out as people read it', () => {
  const value = { to: ['a  b', 1], of: {}, '\u202e': null }
  expect(exactJson(value)).toBe('{\n  "to": [\n    "a\\u0020\\u0020b",\n    1\n  ],\n  "of": {},\n  "\\u202e": null\n}')
  expect(exactLine(value)).toBe('{"to": ["a\\u0020\\u0020b", 1], "of": {}, "\\u202e": null}')
})
