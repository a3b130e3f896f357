import { accessDoors } from '@/server/access/doors'
import { agentDoors } from '@/server/agent/doors'
import { enforcementDoors } from '@/server/agent/enforcement-doors'
import { webhookDoors } from '@/server/agent/webhook-doors'
import { applicationDoors } from '@/server/application/doors'
import { approvalPolicyDoors } from '@/server/approval-policy/doors'
import { auditDoors } from '@/server/audit/doors'
import { authzenDoors } from '@/server/authzen/doors'
import { containmentDoors } from '@/server/containment/doors'
import { escalationDoors } from '@/server/escalation/doors'
import { catalogueDoors } from '@/server/gate/catalogue-doors'
import { actionDoors } from '@/server/gate/console-doors'
import { countersignDoors } from '@/server/gate/countersign-doors'
import { gateDoors } from '@/server/gate/doors'
import { holdEscalationDoors } from '@/server/gate/escalation-doors'
import { envelopeDoors } from '@/server/gate/grant-doors'
import { holdDoors } from '@/server/gate/hold-doors'
import { permitDoors } from '@/server/gate/permit-doors'
import { planDoors } from '@/server/gate/plan-doors'
import { proofDoors } from '@/server/gate/proof-doors'
import { sessionDoors } from '@/server/gate/session-doors'
import { threadDoors } from '@/server/gate/thread-doors'
import { grantDoors } from '@/server/grant/doors'
import { hookDoors } from '@/server/hook/doors'
import { channelDoors } from '@/server/integration/doors'
import { mcpDoors } from '@/server/mcp/doors'
import { onCallDoors } from '@/server/on-call/doors'
import { policyDoors } from '@/server/policy/doors'
import { caseDoors } from '@/server/policy/proof-doors'
import { reportDoors } from '@/server/report/doors'
import { toolDoors } from '@/server/tool/doors'
import { sourceDoors } from '@/server/tool/source-doors'
import { agentSelfDoors } from './agent-self-doors'
import type { AnyDoor } from './door'
import { lineageDoors } from './lineage-doors'
import { meDoors } from './me-doors'

/** Every door of every concept. What is not in here does not exist: it is served, documented and tested from this list. */
export const doors: readonly AnyDoor[] = [
  ...accessDoors,
  ...meDoors,
  ...applicationDoors,
  ...onCallDoors,
  ...agentDoors,
  ...enforcementDoors,
  ...webhookDoors,
  ...lineageDoors,
  ...containmentDoors,
  ...toolDoors,
  ...sourceDoors,
  ...mcpDoors,
  ...policyDoors,
  ...approvalPolicyDoors,
  ...caseDoors,
  ...proofDoors,
  ...grantDoors,
  ...envelopeDoors,
  ...gateDoors,
  ...planDoors,
  ...sessionDoors,
  ...catalogueDoors,
  ...permitDoors,
  ...authzenDoors,
  ...hookDoors,
  ...agentSelfDoors,
  ...actionDoors,
  ...holdDoors,
  ...holdEscalationDoors,
  ...escalationDoors,
  ...countersignDoors,
  ...threadDoors,
  ...reportDoors,
  ...channelDoors,
  ...auditDoors,
]
