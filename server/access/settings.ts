import type { SettingsPatch } from '@/lib/access/contract'
import { accessEvent } from '@/lib/access/events'
import { mayEverywhere, type SignedIn } from '@/lib/access/permission'
import { etagOf, matchesEtag } from '@/lib/kernel/etag'
import { Refused } from '@/lib/kernel/problem'
import { version } from '@/package.json'
import { clock, touchRegistry } from '@/server/db/guard'
import { record } from '@/server/db/record'
import { type Reader, transact } from '@/server/db/tx'
import type { Instance } from '@/server/instance'
import { readSettings, saveSettings } from './settings-store'

/** How long a hold lives when neither its rule nor its agent says: a day. */
const holdLifetimeSeconds = 14_400

/** The settings as the screen shows them. */
export async function showSettings(app: Pick<Instance, 'config'>, db: Reader) {
  const found = await readSettings(db)
  return {
    id: 'org',
    created_at: found.created_at,
    etag: etagOf(found.version),
    organisation: { name: found.name, demo: found.demo },
    hold_lifetime_seconds: holdLifetimeSeconds,
    session_hours: found.settings.session_hours,
    smtp: app.config.smtp !== null,
    oidc: app.config.oidc?.name ?? null,
    url: app.config.url,
    version,
    database: app.config.databaseUrl === null ? 'embedded' : 'external',
  }
}

/** Changes settings. @throws Refused 403, 412 */
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
    const next = {
      name: patch.organisation?.name ?? was.name,
      settings: { ...was.settings, session_hours: patch.session_hours ?? was.settings.session_hours },
    }
    if (!(await saveSettings(tx, was, next))) throw new Refused('request.precondition_failed')
    const at = await clock(tx)
    await record(tx, at, [
      accessEvent('organisation.updated', { kind: 'person', id: by.id }, ['org'], { fields: Object.keys(patch) }),
    ])
  })
}
