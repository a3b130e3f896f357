import type { Registry } from '@/lib/gate/registry'
import type { Standing } from '@/lib/hold/standing'
import type { EventDraft } from '@/lib/kernel/event'
import { type ActionRow, decideActions } from '@/server/action/store'
import { record } from '@/server/db/record'
import type { Tx } from '@/server/db/tx'
import { actionDecided } from '@/server/hold/events'
import { denial, type Ending } from './decided'
import { endDecision } from './settle'

/** The end of a call whose time was up before its tool was classified or what it waited for was settled, or that a switch reached. */
export function endOf(
  action: Pick<ActionRow, 'status'>,
  over: Extract<Standing, { is: 'over' }>,
  registry: Registry,
): Ending {
  if (over.as !== 'expired') return { ...endDecision(over, registry), execute_by: null }
  const [code, reason] =
    action.status === 'deferred'
      ? ['dependency.timeout', 'What it waited for was not settled in time.']
      : ['tool.unclassified', 'Nobody classified the tool in time.']
  return denial('expired', 'timeout', code, reason, registry.policy.version)
}

/** Writes how waiting calls ended, and tells whoever waits for them. `event` tells more of it than that it has ended. */
export async function writeEnds(
  tx: Tx,
  at: Date,
  ends: readonly { action: ActionRow; ending: Ending; event?: EventDraft }[],
): Promise<void> {
  if (ends.length === 0) return
  const written = await decideActions(
    tx,
    at,
    ends.map(one => ({ id: one.action.id, ...one.ending })),
  )
  tx.hint('action', [...written])
  tx.hint('hold', [...new Set(ends.flatMap(one => one.action.hold_id ?? []))])
  await record(
    tx,
    at,
    ends
      .filter(one => written.has(one.action.id))
      .map(one => one.event ?? actionDecided(one.action, one.ending.status, one.ending.decision)),
  )
}
