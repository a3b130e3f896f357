import { type Submission, submissionContract } from '@/lib/action/contract'
import type { HookEvent } from './contract'
import { argumentsOf, commandLine } from './shell'

type Free = Readonly<Record<string, unknown>>
type Resource = NonNullable<Submission['resource']>

const mostId = 1_000
const mostIntent = 20_000
/** The first so many UTF-16 units, and no half of a character. */
const first = (text: string, most: number): string => text.slice(0, most).replace(/[\ud800-\udbff]$/, '')
const textIn = (from: Free, name: string): string | null => {
  const value = from[name]
  return typeof value === 'string' && value !== '' ? value : null
}

/** Where a path leads, without `.`, `..` and double slashes. Links are not followed: only the machine itself knows them. */
export function pathFrom(cwd: string, path: string): string {
  const absolute = /^([/~]|[A-Za-z]:[\\/])/.test(path) ? path : `${cwd}/${path}`
  const kept: string[] = []
  for (const step of absolute.replaceAll('\\', '/').split('/')) {
    if (step === '..' && kept.length > 0 && kept.at(-1) !== '~') kept.pop()
    else if (step !== '' && step !== '.') kept.push(step)
  }
  const whole = kept.join('/')
  // Above somebody's home is no longer in it, wherever that is.
  return /^(~|[A-Za-z]:)/.test(whole) && kept[1] !== '..' ? whole : `/${whole}`
}

/**
 * Does a part of this path, below the folder that the work is done in, begin with a dot? There lie the settings of the tools at
 * work: hooks, servers, secrets.
 */
export function isHidden(path: string, cwd: string): boolean {
  const folder = `${pathFrom(cwd, '')}/`
  const below = path.startsWith(folder) ? path.slice(folder.length) : path
  return below.split('/').some(step => step.startsWith('.'))
}

const file = (name: string) => (input: Free, cwd: string) => {
  const path = textIn(input, name)
  return path === null ? null : { type: 'file', id: pathFrom(cwd, path) }
}

function address(input: Free): Resource | null {
  const url = textIn(input, 'url')
  if (url === null) return null
  return { type: 'url', id: URL.canParse(url) ? new URL(url).href : url }
}

/** What each of Claude Code's own tools works on, by the argument that names it. */
const resources: Readonly<Record<string, (input: Free, cwd: string) => Resource | null>> = {
  Read: file('file_path'),
  Write: file('file_path'),
  Edit: file('file_path'),
  MultiEdit: file('file_path'),
  NotebookEdit: file('notebook_path'),
  Glob: file('path'),
  Grep: file('path'),
  LS: file('path'),
  WebFetch: address,
}

/** Tools whose argument `command` a shell runs. */
const shells = new Set(['Bash', 'PowerShell', 'Monitor'])

/** What a model writes beside a call for people to read: its own words about it, and no part of what is done. */
const spoken: Readonly<Record<string, string>> = {
  Bash: 'description',
  PowerShell: 'description',
  Monitor: 'description',
}

/** The arguments that are decided upon. */
export function paramsOf({ tool_name, tool_input }: Pick<HookEvent, 'tool_name' | 'tool_input'>): Free {
  const { [spoken[tool_name] ?? '']: _, ...params } = tool_input
  return params
}

/** The input with which a call is made after all: what came back, and what the model had said beside it. */
export function inputWith({ tool_name, tool_input }: Pick<HookEvent, 'tool_name' | 'tool_input'>, params: Free) {
  const name = spoken[tool_name]
  const words = name !== undefined && Object.hasOwn(tool_input, name) ? { [name]: tool_input[name] } : {}
  return { ...words, ...params }
}

/**
 * One plain command is `command:` and its arguments. Everything else begins with a prompt, which no pattern of one command can
 * mean and which counts as more than one, and claims another operation than the catalogue's: so people are asked (P14).
 */
function commanded(tool: string, text: string): { resource: Resource; operation?: Submission['operation'] } {
  const words = tool === 'Bash' ? argumentsOf(text) : null
  const line = words && commandLine(words)
  if (line && line.length <= mostId) return { resource: { type: 'command', id: line } }
  return { resource: { type: 'command', id: first(`$ ${text}`, mostId) }, operation: 'privilege' }
}

function workedOn(
  tool: string,
  input: Free,
  cwd: string,
): { resource?: Resource; operation?: Submission['operation'] } {
  if (shells.has(tool)) {
    const said = commanded(tool, textIn(input, 'command') ?? '')
    // Out of Claude Code's own sandbox is another thing than what was said of the tool.
    return input.dangerouslyDisableSandbox ? { ...said, operation: 'privilege' } : said
  }
  const resource = Object.hasOwn(resources, tool) ? resources[tool]?.(input, cwd) : null
  return resource?.id === undefined ? {} : { resource: { ...resource, id: first(resource.id, mostId) } }
}

function isWhole({ type, id = '' }: Resource, cwd: string): boolean {
  return id.length < mostId && (type === 'url' || (type === 'file' && !isHidden(id, cwd)))
}

/** The action that a call of a tool is. The tool is named as Claude Code names it, a tool of an MCP server `mcp__server__tool`. */
export function submissionOf(event: HookEvent): Submission {
  const { tool_name, tool_input, session_id, agent_id, cwd } = event
  const { resource, operation } = workedOn(tool_name, tool_input, cwd ?? '')
  // What has attributes no standing approval covers. A path and an address say all of where they lead.
  const whole = resource && isWhole(resource, cwd ?? '')
  const intent = textIn(tool_input, spoken[tool_name] ?? '')
  return submissionContract.parse({
    tool: tool_name,
    ...(operation ? { operation } : {}),
    ...(resource ? { resource: cwd && !whole ? { ...resource, attributes: { cwd } } : resource } : {}),
    params: paramsOf(event),
    ...(intent ? { intent: first(intent, mostIntent) } : {}),
    context: { session: session_id, ...(agent_id ? { instance: agent_id } : {}) },
  })
}
