import type { Principal } from '@/lib/kernel/principal'
import type { ListedTool } from '@/lib/tool/contract'
import { suggest } from '@/lib/tool/suggest'
import type { Instance } from '@/server/instance'
import { type Taken, type Told, takeIn } from './take-in'

/** What became of one definition. `drifted`: its calls wait until a person has said again what it is. */
export type Reported = Pick<Taken, 'name' | 'status' | 'accepted'> & { readonly schema_digest: string }

/** Takes in how a gateway's servers describe their tools. Reporting never loosens anything. */
export async function reportTools(
  app: Pick<Instance, 'db'>,
  by: Principal,
  source: string,
  listed: readonly ListedTool[],
): Promise<readonly Reported[]> {
  const told = listed.map(
    (definition): Told => ({ source, definition, suggestion: suggest(definition), from: 'server' }),
  )
  const taken = await takeIn(app, by, told)
  return taken.map(({ name, status, accepted, schema_digest }) => ({
    name,
    status,
    schema_digest: schema_digest ?? '',
    accepted,
  }))
}
