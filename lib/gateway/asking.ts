import { z } from 'zod'
import { operations } from '@/lib/kernel/scale'

const waitSeconds = z.int().min(0).max(50).default(50).describe('How long to wait here for people, at most')
const action = z
  .string()
  .regex(/^act_[0-9A-Z]{26}$/)
  .describe('The id of the action, as holdpoint_ask answered it')

const ask = z.strictObject({
  tool: z.string().min(1).describe('What is to be done, by its name in the catalogue'),
  params: z.record(z.string(), z.unknown()).describe('The exact arguments with which it would be done'),
  operation: z.enum(operations).optional(),
  resource: z.record(z.string(), z.unknown()).optional().describe('What it is done to'),
  intent: z.string().optional().describe('Why, in one or two sentences for the people who decide'),
  context: z.record(z.string(), z.unknown()).optional(),
  revises: z.string().optional().describe('The id of a rejected action of which this is a changed attempt'),
  deadline_seconds: z.int().min(1).max(2_592_000).optional(),
  key: z
    .string()
    .regex(/^[!-~]{1,255}$/)
    .optional()
    .describe('Names what is done, once and for ever: the same key finds the same decision. Derive it from the task'),
  wait_seconds: waitSeconds,
})

const report = z.strictObject({
  action,
  status: z.enum(['succeeded', 'failed', 'unknown', 'rolled_back']),
  summary: z.string().max(2_000).optional(),
})

/** The tools with which an agent asks for itself, by name. */
export const askingTools = {
  holdpoint_ask: {
    title: 'Ask before acting',
    description:
      'Ask whether you may do something, before you do it, and wait for the answer. Only if `verdict` is allow you may do it: ' +
      'once, with exactly the `params` of the answer, before `execute_by`, keeping its `obligations`. Then call holdpoint_report. ' +
      'If `status` is held or deferred, people are still deciding: call holdpoint_wait.',
    input: ask,
    readOnly: false,
  },
  holdpoint_wait: {
    title: 'Wait for a decision',
    description:
      'Go on waiting for an action that was asked about and is held or deferred. It asks nobody a second time.',
    input: z.strictObject({ action, wait_seconds: waitSeconds }),
    readOnly: true,
  },
  holdpoint_report: {
    title: 'Report how it ended',
    description:
      'Say how an allowed action ended. `unknown` where nobody can tell whether it was done: then it is held until a person has found out.',
    input: report,
    readOnly: false,
  },
  holdpoint_me: {
    title: 'Read my limits',
    description: 'Who you are here, what you may do without asking people, and what holds you back now.',
    input: z.strictObject({}),
    readOnly: true,
  },
} as const

export type AskInput = z.output<typeof ask>

function schemaOf(input: z.ZodType): { type: 'object' } {
  return JSON.parse(JSON.stringify(z.toJSONSchema(input, { io: 'input' })))
}

/** How the tools are listed (MCP `tools/list`). */
export const askingDefinitions = Object.entries(askingTools).map(([name, { title, description, input, readOnly }]) => ({
  name,
  title,
  description,
  inputSchema: schemaOf(input),
  annotations: { readOnlyHint: readOnly, destructiveHint: false, idempotentHint: readOnly, openWorldHint: false },
}))
