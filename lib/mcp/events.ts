import { z } from 'zod'
import type { EventDraft } from '@/lib/kernel/event'
import type { Principal } from '@/lib/kernel/principal'
import { classifications } from '@/lib/kernel/scale'

/** An address may carry secrets in path and query, and so may arguments: the log names the origin, or the command, alone. */
const server = {
  server_id: z.string(),
  name: z.string(),
  kind: z.enum(['address', 'command']),
  place: z.string(),
  /** The names of the headers or variables that are set, never a value. */
  secrets: z.array(z.string()),
  classification: z.enum(classifications).nullable(),
  timeout_seconds: z.number().int(),
}

/** What may be recorded of MCP servers behind Holdpoint. */
export const mcpEvents = {
  'mcp_server.added': z.strictObject(server),
  'mcp_server.changed': z.strictObject({ ...server, was: z.string() }),
  'mcp_server.removed': z.strictObject({ server_id: z.string(), name: z.string() }),
} as const

/** Drafts one of these events. */
export function mcpEvent<T extends keyof typeof mcpEvents>(
  type: T,
  by: Principal,
  data: z.output<(typeof mcpEvents)[T]>,
): EventDraft {
  return { type, by, subjects: [data.server_id], data }
}
