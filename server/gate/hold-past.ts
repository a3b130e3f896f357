import type { Registry } from '@/lib/gate/registry'
import { type ActionRow, actionsBefore, approvedBefore, attemptsOf } from '@/server/action/store'
import { type Content, readContent } from '@/server/db/content-store'
import { reader } from '@/server/db/tx'
import type { Instance } from '@/server/instance'
import { titleOfAction } from './hold-page'
import { paramsOf } from './read'

/**
 * What came before: the session so far, oldest first, earlier attempts that this one revises, or that asked the same and
 * were rejected, and what people last approved of the like, with what differs (U12).
 */
export async function pastOf(
  app: Instance,
  registry: Registry,
  action: ActionRow,
  body: Readonly<Record<string, unknown>>,
) {
  const db = reader(app.db.pool)
  const [before, earlier, approved] = await Promise.all([
    actionsBefore(db, action.agent_id, action.session, action.id, 12),
    attemptsOf(db, action),
    approvedBefore(db, action),
  ])
  const ids = [...new Set([...before, ...earlier, ...approved].map(one => one.id))]
  const contents = ids.length > 0 ? await readContent(db, app.vault, ids) : new Map<string, Content>()
  const bodyOf = (id: string) => contents.get(id)?.parts.get('body') ?? '{}'
  const now = paramsOf(JSON.stringify(body))
  /** What was approved is what could be run: as an approver changed it, where one did. */
  const ran = (id: string) => {
    const changed = contents.get(id)?.parts.get('params')
    return paramsOf(changed === undefined ? bodyOf(id) : `{"params":${changed}}`)
  }
  return {
    session_actions: before.toReversed().map(one => ({
      id: one.id,
      tool: one.tool,
      operation: one.operation,
      status: one.status,
      at: one.created_at.toISOString(),
      title: titleOfAction(one, bodyOf(one.id), registry),
      outcome: one.outcome,
    })),
    attempts: earlier.map(one => ({
      action_id: one.id,
      status: one.status,
      at: one.created_at.toISOString(),
      diff: differing(paramsOf(bodyOf(one.id)), now),
    })),
    approved_before: approved
      .filter(one => contents.get(one.id)?.parts.has('body'))
      .map(one => ({
        action_id: one.id,
        at: (one.decided_at ?? one.created_at).toISOString(),
        diff: [
          ...differing(ran(one.id), now),
          ...differing(resourceOf(bodyOf(one.id)), resourceOf(JSON.stringify(body))),
        ],
      })),
  }
}

/** The resource by itself, under a name that no argument bears. */
function resourceOf(body: string): Record<string, unknown> {
  const { resource }: { resource?: { type?: string; id?: string } } = JSON.parse(body)
  return resource ? { 'resource:': `${resource.type ?? ''}:${resource.id ?? ''}` } : {}
}

function differing(before: Record<string, unknown>, after: Record<string, unknown>) {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .filter(name => JSON.stringify(before[name]) !== JSON.stringify(after[name]))
    .map(name => ({ path: name, before: before[name], after: after[name] }))
}
