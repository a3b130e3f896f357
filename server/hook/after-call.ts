import { hash } from 'node:crypto'
import type { AfterCall } from '@/lib/hook/contract'
import { canonical } from '@/lib/kernel/canonical'
import { reportOutcome } from '@/server/action/outcome'
import { read } from '@/server/authzen/ask'
import { usedWith } from '@/server/authzen/store'
import { reader } from '@/server/db/tx'
import type { Calling } from './before-call'
import { claimOf } from './store'

const mostSummary = 2_000

/** Writes down how a call ended that was allowed here. One that was not, or that was reported before, changes nothing. */
export async function afterCall({ app, by, signal }: Calling, event: AfterCall): Promise<void> {
  const id = await usedWith(reader(app.db.pool), by.agent.id, claimOf(event))
  if (!id) return
  const { obligations, outcome } = await read({ app, by, signal }, id, 0)
  if (outcome !== null) return
  const principal = { kind: 'agent', id: by.agent.id, credential_id: by.credential.id } as const
  const done = obligations.map(one => ({ id: one.id, status: 'done' as const }))
  const succeeded = event.hook_event_name === 'PostToolUse'
  await reportOutcome(app, principal, id, {
    ...(succeeded
      ? {
          status: 'succeeded',
          result_digest: `sha256:${hash('sha256', canonical(event.tool_response ?? null))}`,
        }
      : { status: 'failed', ...(event.error ? { summary: event.error.slice(0, mostSummary) } : {}) }),
    ...(done.length > 0 ? { obligations: done } : {}),
  })
}
