import type { Caller } from './heard'
import { everything, type World } from './world'

/** Calls the hook as Claude Code does: before a call that is allowed, one that waits, one that is wrong, and after each. */
export async function hearHook(w: World, machine: (key: string) => Caller): Promise<void> {
  const { id, key } = await w.agent({
    scopes: [everything],
  })
  const agent = machine(key)
  const path = '/api/v1/hooks/claude-code'
  const call = (tool_name: string, tool_use_id: string) => ({
    session_id: 'hooked',
    hook_event_name: 'PreToolUse',
    tool_name,
    tool_use_id,
    tool_input: { n: 1 },
  })
  const after = { hook_event_name: 'PostToolUse', tool_response: 'done' }
  await agent('POST', path, {}, call('look', 'one'))
  await agent('POST', path, {}, { ...call('look', 'one'), ...after })
  await agent('POST', path, { '?': '?allowed=ask' }, call('look', 'two'))
  await agent('POST', path, {}, call('write', 'three'), { prefer: 'wait=0' })
  await agent('POST', path, {}, { ...call('look', 'two'), hook_event_name: 'Stop' })
  await agent('POST', path, {}, { session_id: 'hooked', hook_event_name: 'UserPromptSubmit', prompt: 'Go on.' })
  await agent('POST', path, { '?': `?records=${id}` }, { ...call('look', 'two'), ...after })
}
