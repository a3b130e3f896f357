import type { Operation } from '@/lib/kernel/scale'
import { classifiedBody, type ListedTool } from './contract'
import { suggestMeaning } from './parameters'
import type { Classified, Meaning } from './tool'

/** What a source's hints and names suggest that a tool is. Suggestions only: a person confirms every one of them. */
export interface Suggestion extends Classified {
  /** Where each guess came from, for the person who confirms. */
  readonly because: readonly string[]
}

const verbs: readonly (readonly [Operation, readonly string[]])[] = [
  ['secret', ['secret', 'secrets', 'password', 'credential', 'credentials', 'decrypt', 'vault']],
  ['privilege', ['grant', 'permission', 'permissions', 'role', 'roles', 'privilege', 'privileges', 'sudo', 'admin']],
  ['revoke', ['revoke', 'disable', 'suspend', 'block', 'deactivate']],
  ['pay', ['pay', 'payment', 'payout', 'refund', 'charge', 'purchase', 'buy', 'money', 'transaction', 'wire']],
  ['delete', ['delete', 'remove', 'drop', 'destroy', 'purge', 'erase', 'truncate', 'cancel', 'wipe', 'rm']],
  ['deploy', ['deploy', 'release', 'rollout', 'rollback', 'provision', 'terraform']],
  [
    'send',
    ['send', 'email', 'mail', 'post', 'publish', 'notify', 'message', 'reply', 'forward', 'invite', 'share', 'tweet'],
  ],
  ['delegate', ['delegate', 'spawn', 'subagent', 'handoff']],
  [
    'execute',
    ['run', 'exec', 'execute', 'eval', 'invoke', 'trigger', 'start', 'stop', 'restart', 'shell', 'bash', 'command'],
  ],
  [
    'update',
    [
      'update',
      'edit',
      'set',
      'modify',
      'change',
      'rename',
      'move',
      'patch',
      'append',
      'write',
      'put',
      'upsert',
      'assign',
      'reset',
    ],
  ],
  ['create', ['create', 'add', 'new', 'insert', 'book', 'register', 'make', 'schedule', 'reserve', 'open']],
]
const reads = new Set([
  'get',
  'list',
  'read',
  'search',
  'find',
  'fetch',
  'query',
  'lookup',
  'show',
  'describe',
  'view',
  'check',
  'count',
  'retrieve',
  'calculate',
  'think',
])
const asks = /(human|person|ask_user|operator|supervisor|escalate)/i

/** The words of a name: `sendMoney`, `send_money` and `send-money` are the same two. */
export function wordsOf(name: string): string[] {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter(word => word !== '')
}

function operationOf(words: readonly string[]): { operation: Operation; word: string } | null {
  const first = words[0] ?? ''
  const secret = verbs[0]?.[1].find(word => words.includes(word))
  if (secret) return { operation: 'secret', word: secret }
  if (reads.has(first)) return { operation: 'read', word: first }
  for (const [operation, known] of verbs) {
    const word = known.find(one => words.includes(one))
    if (word) return { operation, word }
  }
  return null
}

const tame: readonly Operation[] = ['read', 'create']

/** Suggests a classification from a definition's name, parameters and MCP annotations; whatever is unclear comes out strict. */
export function suggest(tool: ListedTool): Suggestion {
  const words = wordsOf(tool.name)
  const because: string[] = []
  const hints = tool.annotations ?? {}
  const said = operationOf(words)
  let operation: Operation = said?.operation ?? 'execute'
  if (said) because.push(`The name says “${said.word}”.`)
  if (hints.readOnlyHint === true && said === null) {
    operation = 'read'
    because.push('Its source says that it only reads.')
  } else if (hints.readOnlyHint === false && operation === 'read') {
    operation = 'execute'
    because.push('Its source says that it does more than read.')
  }
  if (hints.destructiveHint === true) because.push('Its source says that it destroys.')
  if (hints.openWorldHint === true) because.push('Its source says that it reaches outside.')
  const asks_person = asks.test(tool.name)
  if (asks_person) because.push('The name says that it asks a person.')
  const parameters: Record<string, Meaning> = {}
  for (const name of parameterNames(tool)) parameters[name] = suggestMeaning(name)
  return {
    operation,
    reversible:
      hints.destructiveHint !== true &&
      (tame.includes(operation) || (operation === 'update' && hints.destructiveHint === false)),
    external: operation === 'send' || (hints.openWorldHint === true && operation !== 'read'),
    asks_person,
    sensitivity: operation === 'secret' ? 'restricted' : operation === 'pay' ? 'confidential' : 'internal',
    parameters,
    sentence: sentenceFor(operation, parameters),
    because,
  }
}

/** Under this name in `_meta`, a definition may bring with it what its tool is, for a person to confirm. */
export const suggestsKey = 'holdpoint/suggests'

/**
 * What a definition itself suggests that its tool is; null where it says nothing, or (`invalid`) nothing that can be read. For
 * files of which a person has said that they are honest: what a server says of itself is not believed.
 */
export function suggestionIn(tool: ListedTool): Suggestion | 'invalid' | null {
  const meta = tool._meta
  const said: unknown =
    typeof meta === 'object' && meta !== null
      ? Object.entries(meta).find(([name]) => name === suggestsKey)?.[1]
      : undefined
  if (said === undefined) return null
  const read = classifiedBody.safeParse(said)
  return read.success ? { ...read.data, because: ['The file that was taken in says it.'] } : 'invalid'
}

/** The names of a definition's parameters, from its JSON Schema; at most 200, visible ASCII only. */
export function parameterNames(tool: ListedTool): string[] {
  const schema = tool.inputSchema ?? tool.input_schema ?? tool.parameters
  const properties: unknown = schema?.properties
  if (typeof properties !== 'object' || properties === null) return []
  return Object.keys(properties)
    .filter(name => /^[!-~]{1,200}$/.test(name))
    .slice(0, 200)
}

function sentenceFor(operation: Operation, parameters: Readonly<Record<string, Meaning>>): string | null {
  const first = (meaning: Meaning) => Object.entries(parameters).find(([, one]) => one === meaning)?.[0]
  const [amount, currency, recipient, subject] = [
    first('amount'),
    first('currency'),
    first('recipient'),
    first('subject'),
  ]
  if (operation === 'pay' && amount && recipient)
    return `Pay {${amount}}${currency ? ` {${currency}}` : ''} to {${recipient}}`
  if (operation === 'send' && recipient)
    return subject ? `Send “{${subject}}” to {${recipient}}` : `Send a message to {${recipient}}`
  return null
}
