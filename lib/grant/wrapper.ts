import { wordsOf } from '@/lib/tool/suggest'
import type { Tool } from '@/lib/tool/tool'

/** Words of tools that do whatever their argument says: what was harmless once says nothing of the next time. */
const wrapping = new Set([
  'shell',
  'bash',
  'sh',
  'zsh',
  'powershell',
  'cmd',
  'terminal',
  'command',
  'commands',
  'exec',
  'eval',
  'repl',
  'python',
  'javascript',
  'script',
  'subprocess',
  'process',
  'sudo',
  'ssh',
  'curl',
])
/** `call_tool`, `invoke_function`, `run_code`, `http_request`: a verb that hands on, with what it hands on. */
const handing = new Set(['call', 'invoke', 'run', 'execute', 'use', 'dispatch', 'http', 'raw'])
const handed = new Set(['tool', 'tools', 'function', 'code', 'request', 'query', 'sql', 'action', 'method', 'api'])
/** Parameters that say which tool or command is meant. */
const selecting = new Set(['tool', 'tool_name', 'toolname', 'command', 'cmd', 'code', 'script', 'shell', 'argv'])

/**
 * Why this tool is a wrapper for other things, in words, or null (P15). Names and the catalogue's meanings are asked; what
 * only looks like one is one too: for it people decide each time.
 */
export function wrapperReason(tool: Pick<Tool, 'name' | 'classified'>, params: readonly string[]): string | null {
  const words = wordsOf(tool.name)
  const word = words.find(one => wrapping.has(one))
  if (word !== undefined) return `${tool.name} runs whatever it is given.`
  if (words.some(one => handing.has(one)) && words.some(one => handed.has(one)))
    return `${tool.name} hands on to whatever it is told.`
  const meanings = tool.classified?.parameters ?? {}
  const code = Object.entries(meanings).find(([, meaning]) => meaning === 'code' || meaning === 'sql')
  if (code) return `${tool.name} runs what its parameter ${code[0]} says.`
  const selects = [...Object.keys(meanings), ...params].find(name => selecting.has(name.toLowerCase()))
  return selects === undefined ? null : `${tool.name} runs what its parameter ${selects} says.`
}
