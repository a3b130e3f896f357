import type { ToolId } from '@/lib/kernel/id'
import { toolName } from '@/lib/tool/contract'
import { toolEvent } from '@/lib/tool/events'
import { suggest } from '@/lib/tool/suggest'
import { clock, touchRegistry } from '@/server/db/guard'
import { newId } from '@/server/db/id'
import { record } from '@/server/db/record'
import { type Tx, transact } from '@/server/db/tx'
import { openClassification } from '@/server/hold/classify'
import type { Instance } from '@/server/instance'
import { findToolByName, insertTool, unclassifiedOf } from './tool-store'

/** One agent may bring so many tools that nobody has classified; past it, its further ones are denied (api §2). */
export const mostUnclassified = 20

/**
 * A tool's name was seen for the first time, or has no open item: it becomes known, unclassified, with the one item under
 * which its calls wait. Two at once make one row.
 * @returns the tool and its item, or null when this agent has brought {@link mostUnclassified} already.
 */
export async function registerFirstUse(
  app: Instance,
  seen: { readonly name: string; readonly agent_id: string; readonly parameters: readonly string[] },
): Promise<{ readonly id: ToolId; readonly name: string } | null> {
  if (!toolName.safeParse(seen.name).success) return null
  const isFull = async (tx: Tx) => (await unclassifiedOf(tx, seen.agent_id)) >= mostUnclassified
  const tool = await transact(app.db, async tx => {
    const known = await findToolByName(tx, seen.name)
    if (known) return { id: known.id, name: known.name, classified: known.classified !== null && known.drift === null }
    if (await isFull(tx)) return null
    await touchRegistry(tx)
    // Its twins have written theirs meanwhile: then nobody hears that the registry has moved, for it has not.
    if (await isFull(tx)) throw new Full()
    const properties = Object.fromEntries(seen.parameters.slice(0, 200).map(name => [name, {}]))
    const at = await clock(tx)
    const id = newId('tol')
    const fresh = await insertTool(
      tx,
      {
        id,
        name: seen.name,
        source: '',
        description: '',
        schema: null,
        schema_digest: null,
        rest: null,
        hints: JSON.stringify(suggest({ name: seen.name, parameters: { properties } })),
        first_seen_agent: seen.agent_id,
      },
      at,
    )
    if (!fresh) {
      const other = await findToolByName(tx, seen.name)
      return other && { id: other.id, name: other.name, classified: other.classified !== null }
    }
    tx.hint('tool', [id])
    await record(tx, at, [
      toolEvent('tool.first_used', { kind: 'system', id: 'gate' }, [id, seen.agent_id], {
        tool_id: id,
        name: seen.name,
        agent_id: seen.agent_id,
      }),
    ])
    return { id, name: seen.name, classified: false }
  }).catch((error: unknown) => {
    if (error instanceof Full) return null
    throw error
  })
  if (!tool) return null
  if (!tool.classified) await openClassification(app, tool)
  return tool
}

/** Its agent has brought as many as it may. */
class Full extends Error {}
