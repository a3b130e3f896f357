import { z } from 'zod'
import { hookAnswer, hookContract } from '@/lib/hook/contract'
import { idSchema } from '@/lib/kernel/id-schema'
import { preferredWait } from '@/server/gate/request-headers'
import { type AnyDoor, door } from '@/server/http/door'
import { afterCall } from './after-call'
import { beforeCall } from './before-call'
import { keepPrompt } from './keep-prompt'
import { recordResult } from './record-result'

/** Where the hooks of agents that know nothing of Holdpoint arrive, in the words of their programs. */
export const hookDoors: readonly AnyDoor[] = [
  door({
    method: 'POST',
    path: '/api/v1/hooks/claude-code',
    summary:
      'Claude Code: PreToolUse is decided and waited for, PostToolUse and prompts are reported; a denial is a 200 too',
    who: 'agent',
    // `ask`: what is allowed is asked of whoever sits in front of it as well.
    query: z.strictObject({
      allowed: z.enum(['run', 'ask']).default('run'),
      // Once a session people are asked for an envelope; `off`: never.
      envelope: z.enum(['ask', 'off']).default('ask'),
      // A recorder tells what this agent's tools have answered, by a key of its own.
      records: idSchema('agt').optional(),
    }),
    body: hookContract,
    answer: hookAnswer,
    refuses: ['action.outcome_conflict', 'request.forbidden', 'request.not_found'],
    async handle(call, { query, body }) {
      if (body.hook_event_name === 'UserPromptSubmit') {
        if (query.envelope === 'ask' && !query.records) await keepPrompt(call, body)
        return { status: 200, body: {} }
      }
      if (body.hook_event_name !== 'PreToolUse') {
        await (query.records ? recordResult(call, body, query.records) : afterCall(call, body))
        return { status: 200, body: {} }
      }
      const manner = {
        seconds: preferredWait(call.headers),
        ask: query.allowed === 'ask',
        envelope: query.envelope === 'ask',
      }
      return { status: 200, body: await beforeCall(call, body, manner) }
    },
  }),
]
