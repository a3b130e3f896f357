import { z } from 'zod'
import { toolName } from '@/lib/action/contract'

const short = z.string().min(1).max(200)

/*
 * What Claude Code sends to an HTTP hook: https://code.claude.com/docs/en/hooks. Unlike everywhere else, a field that is not
 * known is read over: every version adds some.
 */
const common = {
  session_id: short,
  /** One call of one tool has one id, in every event about it. */
  tool_use_id: short,
  tool_name: toolName,
  tool_input: z.record(z.string(), z.unknown()),
  cwd: z.string().max(4_096).optional(),
  permission_mode: z.string().max(200).optional(),
  /** A part of the same session that works by itself; absent in its main thread. */
  agent_id: short.optional(),
}

const before = z.looseObject({ hook_event_name: z.literal('PreToolUse'), ...common })
const after = z.looseObject({ hook_event_name: z.literal('PostToolUse'), ...common, tool_response: z.unknown() })
const failed = z.looseObject({
  hook_event_name: z.literal('PostToolUseFailure'),
  ...common,
  error: z.string().optional(),
})

const prompted = z.looseObject({
  hook_event_name: z.literal('UserPromptSubmit'),
  session_id: short,
  prompt: z.string().max(500_000),
})

/** `POST /api/v1/hooks/claude-code`: what the person has typed, a call that is about to be made, or how one ended. */
export const hookContract = z.discriminatedUnion('hook_event_name', [before, after, failed, prompted])
export type Prompted = z.infer<typeof prompted>
export type HookEvent = Exclude<z.infer<typeof hookContract>, Prompted>
export type BeforeCall = z.infer<typeof before>
export type AfterCall = Exclude<HookEvent, BeforeCall>

/**
 * What Claude Code is answered. Without `permissionDecision` it goes on as if there were no hook, which is said only where the
 * agent is watched and not held back, and of calls that are over.
 */
export const hookAnswer = z.object({
  hookSpecificOutput: z
    .object({
      hookEventName: z.literal('PreToolUse'),
      permissionDecision: z.enum(['allow', 'deny', 'ask']).optional(),
      permissionDecisionReason: z.string().optional(),
      /** The whole input with which the call is made instead. */
      updatedInput: z.record(z.string(), z.unknown()).optional(),
    })
    .optional(),
})
export type HookAnswer = z.infer<typeof hookAnswer>
