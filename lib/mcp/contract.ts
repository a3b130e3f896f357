import { z } from 'zod'
import { count, etag, moment, named, pageOf } from '@/lib/kernel/answers'
import { classifications } from '@/lib/kernel/scale'
import { isForbiddenVariable } from './variable'

/** Live servers that one Holdpoint stands in front of. */
export const mostServers = 50

/** What its tools' names begin with; it cannot be changed, since scopes, rules and classifications name them. */
const name = z.string().regex(/^[A-Za-z][A-Za-z0-9_-]{0,39}$/, 'A letter, then up to 39 letters, digits, _ and -')
const line = (most: number) =>
  z.string().regex(new RegExp(`^\\P{C}{1,${most}}$`, 'u'), `1 to ${most} printable characters`)
const value = z.string().regex(/^[\t -~]{1,4096}$/, '1 to 4,096 printable ASCII characters')
const few = (all: object) => Object.keys(all).length <= 20
const headerName = z.string().regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}$/, 'The name of a header')
const variableName = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]{0,99}$/, 'The name of a variable')
  .refine(one => !isForbiddenVariable(one), 'This variable would decide what is run')

const terms = {
  /** Where it is: this, or a command. */
  url: z.string().min(1).max(2_000).optional(),
  headers: z.record(headerName, value).refine(few, 'At most 20').default({}),
  /** What starts it: one of the executables that the operator lets Holdpoint start. */
  command: line(300).optional(),
  args: z.array(line(2_000)).max(100, 'At most 100').default([]),
  env: z.record(variableName, value).refine(few, 'At most 20').default({}),
  /** What its results count as; null: as what its tools are said to return. */
  classification: z.enum(classifications).nullable().default(null),
  timeout_seconds: z.number().int().min(1).max(3_600).default(60),
}

interface Place {
  readonly url?: string | undefined
  readonly command?: string | undefined
  readonly headers: object
  readonly args: readonly string[]
  readonly env: object
}

/** Either an address with its headers, or a command with its arguments and variables. */
function onePlace({ url, command, headers, args, env }: Place, issues: z.core.$RefinementCtx): void {
  const wrong = (path: string, message: string) => issues.addIssue({ code: 'custom', path: [path], message })
  if ((url === undefined) === (command === undefined)) wrong('url', 'Either an address or a command')
  if (command === undefined && (args.length > 0 || Object.keys(env).length > 0))
    wrong('args', 'These belong to a command')
  if (url === undefined && Object.keys(headers).length > 0) wrong('headers', 'These belong to an address')
}

/** A server to stand in front of: at an address, or started by a command that the operator allows. */
export const mcpServerBody = z.strictObject({ name, ...terms }).superRefine(onePlace)
export type McpServerBody = z.output<typeof mcpServerBody>

/** All that can be changed, said anew; `keep` names the secrets that stay, as long as they are shown to the same place. */
export const mcpServerChange = z
  .strictObject({ ...terms, keep: z.array(z.string().max(100)).max(20).default([]) })
  .superRefine(onePlace)
export type McpServerChange = z.output<typeof mcpServerChange>

/** One server. Address and arguments are whole for who may change it; others see the origin, or the command, alone. */
export const mcpServer = z.object({
  id: z.string(),
  name: z.string(),
  kind: z.enum(['address', 'command']),
  url: z.string().nullable(),
  command: z.string().nullable(),
  args: z.array(z.string()),
  /** Headers or variables that are set; their values are never shown. */
  secrets: z.array(z.string()),
  classification: z.enum(classifications).nullable(),
  timeout_seconds: z.number().int(),
  /** `forbidden`: the operator does not let its command be started. `unknown`: nobody has asked it yet. */
  state: z.enum(['reachable', 'failing', 'forbidden', 'unknown']),
  tools: count,
  to_classify: count,
  reached_at: moment.nullable(),
  failed_at: moment.nullable(),
  error: z.string().nullable(),
  added_by: named,
  created_at: moment,
  may_change: z.boolean(),
  etag,
})

/** All of them, with where clients connect to and which commands the operator lets Holdpoint start. */
export const mcpServers = pageOf(mcpServer).extend({
  endpoint: z.string(),
  commands: z.array(z.string()),
  /** May the reader put another behind it? */
  may_add: z.boolean(),
})

/** What came of asking a server for its tools, now. */
export const mcpServerTest = z.object({ reached: z.boolean(), detail: z.string(), server: mcpServer })
