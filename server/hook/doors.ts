import { z } from 'zod'
import { hookAnswer, hookContract } from '@/lib/hook/contract'
import { preferredWait } from '@/server/gate/request-headers'
import { type AnyDoor, door } from '@/server/http/door'
import { afterCall } from './after-call'
import { beforeCall } from './before-call'

/** Where the hooks of agents that know nothing of Holdpoint arrive, in the words of their programs. */
export const hookDoors: readonly AnyDoor[] = [
  door({
    method: 'POST',
    path: '/api/v1/hooks/claude-code',
    summary: 'Claude Code: PreToolUse is decided and waited for, PostToolUse is reported; a denial is a 200 too',
    who: 'agent',
    // `ask`: what is allowed is asked of whoever sits in front of it as well.
    query: z.strictObject({ allowed: z.enum(['run', 'ask']).default('run') }),
    body: hookContract,
    answer: hookAnswer,
    refuses: ['action.outcome_conflict'],
    async handle(call, { query, body }) {
      if (body.hook_event_name !== 'PreToolUse') {
        await afterCall(call, body)
        return { status: 200, body: {} }
      }
      const manner = { seconds: preferredWait(call.headers), ask: query.allowed === 'ask' }
      return { status: 200, body: await beforeCall(call, body, manner) }
    },
  }),
]
