import { createHmac } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { emptyFolder } from '@/server/testing/folder'
import { openVault } from './vault'

test('INV-23 a mark is HMAC-SHA-256 under a key that is only in the home: another home makes another', () => {
  const [home, other] = [1, 2].map(() => emptyFolder('vault'))
  const master = Buffer.from(readFileSync(join(home ?? '', ...made(home))).toString(), 'hex')
  const key = createHmac('sha256', master).update('holdpoint decision mark').digest()
  for (const text of ['', 'a', 'é'.repeat(500)]) {
    expect(openVault(home ?? '').mark(text)).toBe(createHmac('sha256', key).update(text).digest('base64url'))
    expect(openVault(other ?? '').mark(text)).not.toBe(openVault(home ?? '').mark(text))
  }
})

/** The file of the master key, once the vault has made it. */
function made(home: string | undefined): [string, string] {
  openVault(home ?? '')
  return ['keys', 'content.key']
}
