import { describe, expect, it } from 'vitest'
import { type PasskeyChange, passkeyChangeIn, passkeyChangeKinds, passkeyNotice } from './passkey-notice'

const at = '2026-03-01T10:20:30.000Z'
const change = (more: Partial<PasskeyChange>): PasskeyChange => ({
  kind: 'passkey.added',
  at,
  from: '192.0.2.7',
  by: 'usr_1',
  keys: 1,
  signs_from: null,
  ...more,
})

describe('what the owner of passkeys is told', () => {
  it.each(passkeyChangeKinds)('%s: what, when, from which address, and what to do', kind => {
    const { title, text, todo } = passkeyNotice(change({ kind }))
    expect(title).toMatch(/passkey/)
    expect(text).toContain('2026-03-01 10:20 UTC')
    expect(text).toContain('192.0.2.7')
    expect(todo).toMatch(/tell .*administrator/)
  })

  it('whether a new key may sign at once, or from when on', () => {
    expect(passkeyNotice(change({ signs_from: at })).text).toContain('at once')
    const later = passkeyNotice(change({ signs_from: '2026-03-02T10:20:30.000Z' }))
    expect(later.text).toContain('from 2026-03-02 10:20 UTC on')
  })

  it('how many were reset', () => {
    expect(passkeyNotice(change({ kind: 'passkey.reset' })).text).toContain('removed your passkey.')
    expect(passkeyNotice(change({ kind: 'passkey.reset', keys: 3 })).text).toContain('all 3 of your passkeys')
  })

  it('is read from messages about passkeys alone, and from those that are whole', () => {
    const payload = JSON.stringify(change({}))
    expect(passkeyChangeIn({ kind: 'passkey.added.psk_1', payload })).toEqual(change({}))
    expect(passkeyChangeIn({ kind: 'hold.opened', payload })).toBeNull()
    expect(passkeyChangeIn({ kind: 'passkey.added.psk_1', payload: '{' })).toBeNull()
    expect(passkeyChangeIn({ kind: 'passkey.added.psk_1', payload: '{}' })).toBeNull()
  })
})
