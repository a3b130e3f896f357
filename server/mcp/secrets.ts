import { z } from 'zod'
import type { Vault } from '@/server/db/vault'
import type { ServerRow } from './store'

const values = z.record(z.string(), z.string())

/** The values of a server's headers or variables. They are opened for calling it, and for nothing else. */
export function openSecrets(vault: Vault, { wrapped, sealed }: Pick<ServerRow, 'wrapped' | 'sealed'>) {
  return wrapped && sealed ? values.parse(JSON.parse(vault.open(vault.unwrap(wrapped), sealed))) : {}
}

/** Seals them under a key of their own. */
export function sealSecrets(vault: Vault, secrets: Readonly<Record<string, string>>) {
  const names = Object.keys(secrets).sort()
  if (names.length === 0) return { secrets: names, wrapped: null, sealed: null }
  const { key, wrapped } = vault.newKey()
  return { secrets: names, wrapped, sealed: vault.seal(key, JSON.stringify(secrets)) }
}
