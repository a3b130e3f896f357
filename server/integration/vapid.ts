import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import webpush from 'web-push'
import { z } from 'zod'
import type { Instance } from '@/server/instance'

const stored = z.object({ publicKey: z.string().length(87), privateKey: z.string().length(43) })
export type VapidKeys = z.output<typeof stored>

const open = new Map<string, VapidKeys>()

/** The keys by which push services know this Holdpoint (RFC 8292): made at first use, in HOLDPOINT_HOME/keys, and kept. */
export function vapidKeys({ config: { home } }: Pick<Instance, 'config'>): VapidKeys {
  const known = open.get(home)
  if (known) return known
  const folder = join(home, 'keys')
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const file = join(folder, 'vapid.json')
  if (!existsSync(file)) {
    try {
      writeFileSync(file, JSON.stringify(webpush.generateVAPIDKeys()), { mode: 0o600, flag: 'wx' })
    } catch (error) {
      // Another instance of this home has been faster.
      if (!existsSync(file)) throw error
    }
  }
  const keys = stored.parse(JSON.parse(readFileSync(file, 'utf8')))
  open.set(home, keys)
  return keys
}
