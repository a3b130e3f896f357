import type { Principal } from '@/lib/kernel/principal'
import type { ListedTool } from '@/lib/tool/contract'
import { suggest } from '@/lib/tool/suggest'
import { reader } from '@/server/db/tx'
import type { Instance } from '@/server/instance'
import { type Taken, type Told, takeIn } from './take-in'
import { unclassifiedFrom } from './tool-store'

/** What became of one definition. `drifted`: its calls wait until a person has said again what it is. */
export type Reported = Pick<Taken, 'name' | 'status' | 'accepted'> & { readonly schema_digest: string }

/** One source may have so many tools that nobody has classified: further ones are known from their first call on. */
export const mostFromSource = 2_000

/** Takes in how a gateway's servers describe their tools. Reporting never loosens anything. Nothing is said of what was not taken in; `moved`: the catalogue has changed by it. */
export async function reportTools(
  app: Pick<Instance, 'db'>,
  by: Principal,
  source: string,
  listed: readonly ListedTool[],
): Promise<{ readonly items: readonly Reported[]; readonly moved: boolean }> {
  const told = listed.map(
    (definition): Told => ({ source, definition, suggestion: suggest(definition), from: 'server' }),
  )
  const room = mostFromSource - (await unclassifiedFrom(reader(app.db.pool), source, mostFromSource))
  const taken = await takeIn(app, by, told, room)
  const items = taken.map(({ name, status, accepted, schema_digest }) => ({
    name,
    status,
    schema_digest: schema_digest ?? '',
    accepted,
  }))
  return { items, moved: taken.some(one => one.outcome !== 'unchanged') }
}
