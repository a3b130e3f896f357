import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sourceAddress, sourceUrlProblem } from './source-url'

const template = 'https://cmdb.example/v1/{type}/{id}?x={id}'

describe('the address of a source', () => {
  it.each([
    ['https://cmdb.example/{type}/{id}', true],
    ['https://cmdb.example:8443/?t={type}&i={id}', true],
    ['https://{type}.example/{id}', false],
    ['https://cmdb.example{id}/', false],
    ['{id}', false],
    ['https://cmdb.example/{name}/{id}', false],
    ['https://cmdb.example/{type}', false],
    ['ftp://cmdb.example/{id}', false],
    ['https:///{id}', false],
  ])('%s: %s', (url, good) => {
    expect(sourceUrlProblem(url) === null).toBe(good)
  })

  it('takes type and id escaped', () => {
    expect(sourceAddress(template, { type: 'a/b', id: 'c?d#e&f%2F' })).toBe(
      'https://cmdb.example/v1/a%2Fb/c%3Fd%23e%26f%252F?x=c%3Fd%23e%26f%252F',
    )
  })

  it.each(['.', '..', '%2e%2e', '../..', '..\\..', '', '\ud800', '@evil.example', '//evil.example', '\r\nHost: x'])(
    'X09: an id like %j leads nowhere else',
    id => {
      const found = sourceAddress('https://cmdb.example/v1/{id}', { type: 't', id })
      if (found !== null) expect(new URL(found).href).toMatch(/^https:\/\/cmdb\.example\/v1\/[^/?#]*$/)
    },
  )

  it('X09: whatever type and id are, server and path stay, or nothing is asked', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }), (type, id) => {
        const found = sourceAddress(template, { type, id })
        if (found === null) return
        const url = new URL(found)
        expect(url.origin).toBe('https://cmdb.example')
        expect(url.pathname.split('/')).toHaveLength(4)
        expect(url.pathname.startsWith('/v1/')).toBe(true)
        expect([...url.searchParams.keys()]).toEqual(['x'])
        expect(url.searchParams.get('x')).toBe(id)
        expect(url.hash + url.username).toBe('')
      }),
    )
  })
})
