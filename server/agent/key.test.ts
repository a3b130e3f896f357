import { describe, expect, it } from 'vitest'
import { newId } from '@/server/db/id'
import { hashKey, keyPrefix, mintKey, parseKey } from './key'

describe('agent keys', () => {
  const id = newId('crd')
  const key = mintKey(id)

  it('have 256 random bits, an id and a checksum', () => {
    expect(key).toMatch(/^hp_[0-9A-Z]{26}_[A-Za-z0-9_-]{43}_[0-9a-f]{8}$/)
    expect(parseKey(key)).toEqual({ credential_id: id })
    expect(mintKey(id)).not.toBe(key)
  })

  it('are refused without a query when any character is wrong', () => {
    for (let at = 0; at < key.length; at++) {
      const changed = `${key.slice(0, at)}${key[at] === 'a' ? 'b' : 'a'}${key.slice(at + 1)}`
      expect(parseKey(changed), `at ${at}`).toBeNull()
    }
  })

  it.each(['', 'hp_', `${key} `, `${key}\n`, key.toUpperCase(), key.slice(1)])('are refused when malformed: %j', text =>
    expect(parseKey(text)).toBeNull(),
  )

  it('I03 cannot be had back from what is stored or shown', () => {
    const secret = key.slice(30, 73)
    expect(hashKey(key)).toHaveLength(32)
    expect(keyPrefix(id)).not.toContain(secret.slice(0, 8))
  })
})
