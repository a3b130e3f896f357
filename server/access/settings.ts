import type { SettingsPatch } from '@/lib/access/contract'
import { countersigningAfter } from '@/lib/access/countersigning'
import { accessEvent } from '@/lib/access/events'
import { passkeyEvent } from '@/lib/access/passkey-events'
import { mayEverywhere, type SignedIn } from '@/lib/access/permission'
import { etagOf, matchesEtag } from '@/lib/kernel/etag'
import { Refused } from '@/lib/kernel/problem'
import { version } from '@/package.json'
import { clock, touchRegistry } from '@/server/db/guard'
import { record } from '@/server/db/record'
import { type Reader, transact } from '@/server/db/tx'
import type { Instance } from '@/server/instance'
import { assertFresh } from './fresh'
import { countSigners } from './passkey-store'
import { readSettings, saveSettings } from './settings-store'

/** How long a hold lives when neither its rule nor its agent says: a day. */
const holdLifetimeSeconds = 14_400

/** The settings as the screen shows them. */
export async function showSettings(app: Pick<Instance, 'config'>, db: Reader) {
  const found = await readSettings(db)
  const signers = await countSigners(db, await clock(db))
  return {
    id: 'org',
    created_at: found.created_at,
    etag: etagOf(found.version),
    organisation: { name: found.name, demo: found.demo },
    hold_lifetime_seconds: holdLifetimeSeconds,
    session_hours: found.settings.session_hours,
    countersign: found.settings.countersigning.tier,
    signers,
    smtp: app.config.smtp !== null,
    oidc: app.config.oidc?.name ?? null,
    url: app.config.url,
    version,
    database: app.config.databaseUrl === null ? 'embedded' : 'external',
  }
}

/** Changes settings. From which risk on approvals are countersigned asks for a fresh sign-in. @throws Refused 403, 412 */
export async function changeSettings(
  app: Pick<Instance, 'db'>,
  by: SignedIn,
  patch: SettingsPatch,
  ifMatch: string | null,
): Promise<void> {
  if (!mayEverywhere(by, 'settings.write')) throw new Refused('request.forbidden')
  await transact(app.db, async tx => {
    await touchRegistry(tx)
    const was = await readSettings(tx, true)
    if (!matchesEtag(ifMatch, was.version)) throw new Refused('request.precondition_failed')
    const at = await clock(tx)
    const { countersigning } = was.settings
    const tier = patch.countersign ?? countersigning.tier
    if (tier !== countersigning.tier) assertFresh(by, at)
    const next = {
      name: patch.organisation?.name ?? was.name,
      settings: {
        session_hours: patch.session_hours ?? was.settings.session_hours,
        countersigning: countersigningAfter(countersigning, tier, at),
      },
    }
    if (!(await saveSettings(tx, was, next))) throw new Refused('request.precondition_failed')
    const principal = { kind: 'person', id: by.id } as const
    await record(tx, at, [
      accessEvent('organisation.updated', principal, ['org'], { fields: Object.keys(patch) }),
      ...(tier === countersigning.tier
        ? []
        : [passkeyEvent('organisation.countersigning_set', principal, ['org'], { was: countersigning.tier, tier })]),
    ])
  })
}
