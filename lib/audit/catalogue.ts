import { z } from 'zod'
import { accessEvents } from '@/lib/access/events'
import { passkeyEvents } from '@/lib/access/passkey-events'
import { actionEvents } from '@/lib/action/events'
import { enforcementEvents } from '@/lib/agent/enforcement-events'
import { agentEvents } from '@/lib/agent/events'
import { webhookEvents } from '@/lib/agent/webhook-events'
import { applicationEvents } from '@/lib/application/events'
import { approvalPolicyEvents } from '@/lib/approval-policy/events'
import { authzenEvents } from '@/lib/authzen/events'
import { containmentEvents } from '@/lib/containment/events'
import { escalationEvents } from '@/lib/escalation/events'
import { grantEvents } from '@/lib/grant/events'
import { holdEvents } from '@/lib/hold/events'
import { channelEvents } from '@/lib/integration/events'
import { mcpEvents } from '@/lib/mcp/events'
import { onCallEvents } from '@/lib/on-call/events'
import { permitEvents } from '@/lib/permit/events'
import { planEvents } from '@/lib/plan/events'
import { policyEvents } from '@/lib/policy/events'
import { reportEvents } from '@/lib/report/events'
import { sessionEvents } from '@/lib/session/events'
import { toolEvents } from '@/lib/tool/events'
import { auditEvents } from './events'

/** Every event that may be recorded, by type, with the schema of its data: the one union of all concepts. */
export const catalogue = {
  ...accessEvents,
  ...passkeyEvents,
  ...applicationEvents,
  ...onCallEvents,
  ...agentEvents,
  ...enforcementEvents,
  ...webhookEvents,
  ...containmentEvents,
  ...toolEvents,
  ...mcpEvents,
  ...actionEvents,
  ...policyEvents,
  ...sessionEvents,
  ...permitEvents,
  ...grantEvents,
  ...holdEvents,
  ...approvalPolicyEvents,
  ...planEvents,
  ...escalationEvents,
  ...authzenEvents,
  ...channelEvents,
  ...reportEvents,
  ...auditEvents,
} as const

export type EventType = keyof typeof catalogue

const common = z.strictObject({
  at: z.iso.datetime(),
  by: z.strictObject({ kind: z.enum(['person', 'agent', 'system']), id: z.string() }),
  data: z.record(z.string(), z.unknown()),
  id: z.string().regex(/^evt_[0-9A-HJKMNP-TV-Z]{26}$/),
  subjects: z.array(z.string()),
  type: z.string(),
})

/** An event whose type says what its data are. */
export type KnownEvent = {
  [T in EventType]: Omit<z.infer<typeof common>, 'type' | 'data'> & { type: T; data: z.output<(typeof catalogue)[T]> }
}[EventType]

const isKnown = (type: string): type is EventType => Object.hasOwn(catalogue, type)

/** The schema of this very type reads the data; none of them changes what it reads. */
const isKnownEvent = (event: z.infer<typeof common>): event is KnownEvent =>
  isKnown(event.type) && catalogue[event.type].safeParse(event.data).success

/** Reads one event of the log. Answers why it cannot where it is none that the catalogue knows. */
export function readEvent(
  event: unknown,
): { readonly ok: true; readonly event: KnownEvent } | { readonly ok: false; readonly reason: string } {
  const frame = common.safeParse(event)
  if (!frame.success) return { ok: false, reason: z.prettifyError(frame.error) }
  if (isKnownEvent(frame.data)) return { ok: true, event: frame.data }
  const { type, data } = frame.data
  if (!isKnown(type)) return { ok: false, reason: `no event is called ${type}` }
  const read = catalogue[type].safeParse(data)
  return { ok: false, reason: read.success ? type : `${type}: ${z.prettifyError(read.error)}` }
}
