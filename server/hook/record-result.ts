import type { AfterCall } from '@/lib/hook/contract'
import { textsIn } from '@/lib/hook/result'
import { Refused } from '@/lib/kernel/problem'
import { mayRecord } from '@/lib/session/recorder'
import { keepSources } from '@/server/session/record-sources'
import type { Calling } from './before-call'

/**
 * Keeps what a tool answered as what the agent has before it, told by somebody else than the agent: a recorder's own key.
 * Only what tools answered: where an agent can reach the recorder's key, it can tighten what is said of it and loosen nothing.
 * @throws Refused request.forbidden, request.not_found
 */
export async function recordResult({ app, by }: Calling, event: AfterCall, agent: string): Promise<void> {
  const { at, registry } = await app.gate.registries.now()
  if (!mayRecord(registry.scopes.get(by.agent.id) ?? [], agent, at)) throw new Refused('request.forbidden')
  if (!registry.agents.has(agent)) throw new Refused('request.not_found')
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
