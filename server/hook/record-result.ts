import type { AfterCall } from '@/lib/hook/contract'
import { textsIn } from '@/lib/hook/result'
import { demandMayRecord } from '@/server/session/may-record'
import { keepSources } from '@/server/session/record-sources'
import type { Calling } from './before-call'

/**
 * Keeps what a tool answered as what the agent has before it, told by somebody else than the agent: a recorder's own key.
 * Only what tools answered, and a key for this can record nothing else: where an agent can reach it, nothing becomes a person's word.
 * @throws Refused request.forbidden, request.not_found, agent.contained
 */
export async function recordResult({ app, by }: Calling, event: AfterCall, agent: string): Promise<void> {
  const { at, registry } = await app.gate.registries.now()
  demandMayRecord(registry, by, agent, ['tool_result'], at)
  const text = event.hook_event_name === 'PostToolUse' ? textsIn(event.tool_response) : (event.error ?? '')
  if (text === '') return
  const ref = `${event.tool_name}#${event.tool_use_id}`.slice(-200)
  await keepSources(
    app,
    { kind: 'agent', id: by.agent.id, credential_id: by.credential.id },
    {
      session: event.session_id,
      agent,
      as: 'harness',
      sources: [{ kind: 'tool_result', ref, text }],
    },
  )
}
