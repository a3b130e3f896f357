import type { Prompted } from '@/lib/hook/contract'
import { keepSources } from '@/server/session/record-sources'
import type { Calling } from './before-call'

const mostText = 10_000

/**
 * Keeps what the person has typed, by the agent's own account: an envelope quotes it. It vouches for no argument, since
 * whatever can use the agent's key could say it as well.
 */
export async function keepPrompt({ app, by }: Calling, { session_id, prompt }: Prompted): Promise<void> {
  const text = prompt.slice(0, mostText).replace(/[\ud800-\udbff]$/, '')
  if (text.trim() === '') return
  const principal = { kind: 'agent', id: by.agent.id, credential_id: by.credential.id } as const
  await keepSources(app, principal, {
    session: session_id,
    agent: by.agent.id,
    as: 'agent',
    sources: [{ kind: 'user', text }],
  })
}
