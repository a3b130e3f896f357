import { describe, expect, it } from 'vitest'
import { answering, get, reasonOf, serve } from '@/server/testing/outgoing'
import { readAllow } from './address'
import { readOutgoingUrl } from './destination'
import { guardedFetch } from './guarded-fetch'

describe('HOLDPOINT_FETCH_ALLOW', () => {
  it('lists host names, addresses and ranges; a listed one does not list its neighbours', async () => {
    const { url, port } = await serve((_, response) => response.end('ok'))
    for (const list of [['127.0.0.1'], ['127.0.0.0/31'], ['::1', '127.0.0.1/32']])
      expect((await guardedFetch(get(url), readAllow(list))).status).toBe(200)
    const named = readAllow(['Facts.Example'])
    expect((await guardedFetch(get(`http://facts.example:${port}/`), named, answering('127.0.0.1'))).status).toBe(200)
    for (const list of [['127.0.0.2'], ['10.0.0.0/8'], ['facts.example'], ['::ffff:127.0.0.1'], ['::/0']])
      expect(await reasonOf(guardedFetch(get(url), readAllow(list)))).toBe('address')
    expect(await reasonOf(guardedFetch(get(`http://other.example:${port}/`), named, answering('127.0.0.1')))).toBe(
      'address',
    )
  })

  it.each(['', '*', '127.1', '2130706433', '10.0.0.0/33', 'a b', 'http://x', 'x:80', '-x', '127.0.0.1/', '::1/129'])(
    '%j is refused',
    entry => {
      expect(() => readAllow([entry])).toThrow()
    },
  )

  it('an address may be read without being reached: looking it up comes after', () => {
    expect(readOutgoingUrl('https://facts.example:8443/a/b?c=d').host).toBe('facts.example:8443')
  })
})
