import { defaultPack } from '@/lib/policy/pack'
import type { World } from './world'

/** Puts a policy in force as a published one is: a new version of the registry, which every instance reads at its next decision. */
export async function inForce(w: Pick<World, 'db'>, source: string): Promise<void> {
  await w.db.pool.query(
    `insert into policy_version (version, source, digest, note, published_by, published_at)
     select coalesce(max(version), 0) + 1, $1, 'test', 'test', 'test', holdpoint.now() from policy_version`,
    [source],
  )
  await w.db.pool.query('update registry set version = version + 1 where id = 1')
}

/** The default pack and rules of a test's own. */
export const packWith = (rules: string): string => `${defaultPack({ demo: false })}\n${rules}`
