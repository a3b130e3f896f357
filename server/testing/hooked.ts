import { randomUUID } from 'node:crypto'
import { expect } from 'vitest'
import { applyChanges } from '@/server/engine/apply-changes'
import { agree } from './authzen'
import { inForce, packWith } from './policy'
import { everything, world } from './world'

interface Answer {
  readonly hookSpecificOutput: { readonly permissionDecision: string; readonly permissionDecisionReason: string }
}

/** How a call is made. */
export interface Way {
  readonly key?: string
  readonly wait?: number
  readonly query?: string
  readonly at?: number
  /** Another server than one of the two. */
  readonly url?: string
  /** Further members of the event. */
  readonly more?: Record<string, unknown>
}

/** The rule by which these tools wait for one approver. */
const asks = (tools: string) => `
@id("asks") @reason("It is looked at.") @approvals("1")
forbid (principal, action, resource) when { ${tools} } unless { context.approved };
`
const waits = asks(
  '["Edit", "Write", "Bash", "WebFetch", "mcp__desk__reply", "mcp__desk__look"].contains(context.tool)',
)

/** Claude Code in front of two instances that hold what it does for people. Call at the top of a test file. */
export async function hooked() {
  const w = await world(2)
  await w.tools({
    Bash: {},
    Edit: { operation: 'update', parameters: { file_path: 'file' } },
    Write: { operation: 'update', parameters: { file_path: 'file', content: 'body' } },
    WebFetch: { operation: 'read', parameters: { url: 'file' } },
    mcp__desk__reply: { operation: 'update', parameters: { to: 'recipient', text: 'body', amount: 'amount' } },
    mcp__desk__look: { operation: 'read', parameters: { id: 'resource_id' } },
    mcp__desk__pay: { operation: 'pay', parameters: { amount: 'amount' } },
  })
  await inForce(w, packWith(waits))
  const scope = everything
  const agent = await w.agent({ scopes: [scope], environment: 'development' })

  /** A new session, and how its calls are asked for. */
  const begin = () => {
    const session = randomUUID()
    const said = async (tool_name: string, tool_input: Record<string, unknown>, way: Way = {}) => {
      const { key = agent.key, wait = 0, query = '', url = w.servers[way.at ?? 0]?.url } = way
      const event = { session_id: session, cwd: '/work/shop', hook_event_name: 'PreToolUse', tool_name, tool_input }
      const response = await fetch(`${url}/api/v1/hooks/claude-code${query}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', prefer: `wait=${wait}` },
        body: JSON.stringify({ ...event, tool_use_id: `toolu_${randomUUID()}`, ...way.more }),
      })
      const answer: Answer = await response.json()
      expect(response.status, JSON.stringify(answer)).toBe(200)
      return answer.hookSpecificOutput
    }
    const edit = (file: string, way?: Way) =>
      said('Edit', { file_path: file, old_string: 'a', new_string: randomUUID() }, way)
    return { session, said, edit }
  }
  /** What the person of a session types, as Claude Code tells it. */
  const types = async (session: string, prompt: string, query = '') => {
    const event = { session_id: session, hook_event_name: 'UserPromptSubmit', prompt, cwd: '/work/shop' }
    const done = await w.gate(agent.key, 'POST', `/api/v1/hooks/claude-code${query}`, event)
    expect(done).toMatchObject({ status: 200, body: {} })
  }
  const envelopes = async (session: string) =>
    (await w.db.pool.query('select * from standing_grant where session = $1', [session])).rows
  const linesIn = async (session: string): Promise<Record<string, unknown>[]> =>
    JSON.parse((await envelopes(session))[0].lines)
  /** People decide about the envelope of a session. Answers its id. */
  async function decide(session: string, verdict: 'approve' | 'reject' = 'approve') {
    const [{ hold_id, id }] = await envelopes(session)
    expect((await agree(w, hold_id, verdict)).status).toBeLessThan(300)
    const [server] = w.servers
    if (server) await applyChanges(server.app)
    return String(id)
  }
  return { w, agent, scope, waits, asks, begin, types, envelopes, linesIn, decide }
}
