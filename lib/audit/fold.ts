import type { KnownEvent } from './catalogue'
import { type FoldedGrants, foldGrant } from './fold-grant'
import { type FoldedPermits, foldPermit } from './fold-permit'
import { type FoldedWindow, foldWindow } from './fold-window'

/** What the log says an action is. `outcome` is what was reported; `reconciled` that a person settled an unknown one. */
export interface FoldedAction {
  readonly agent: string
  readonly credential: string
  readonly digest: string
  readonly tool: string
  readonly operation: string
  readonly environment: string
  readonly classification: string
  readonly session: string
  readonly status: string
  readonly hold: string | null
  readonly verdict: string | null
  readonly by: string | null
  readonly code: string | null
  readonly policy_version: number | null
  readonly decided_at: string | null
  readonly outcome: string | null
  readonly reconciled: boolean
}

export interface FoldedHold {
  readonly kind: 'action' | 'change'
  readonly action: string | null
  readonly change: string | null
  readonly subject: string | null
  readonly status: string
  readonly expires_at: string
  readonly requirement: unknown
  readonly decided_at: string | null
  readonly failure: string | null
  readonly reviews: ReadonlyMap<string, { readonly person: string; readonly verdict: string; readonly voided: boolean }>
}

/** Everything that the log alone says there is (INV-36). */
export interface Folded {
  readonly actions: Map<string, FoldedAction>
  readonly holds: Map<string, FoldedHold>
  readonly agents: Map<
    string,
    {
      readonly name: string
      readonly application: string
      readonly environment: string
      readonly tier: string
      readonly owner: string | null
      readonly backup: string | null
      readonly status: string
    }
  >
  readonly credentials: Map<
    string,
    { readonly agent: string; readonly expires_at: string | null; readonly revoked: boolean; readonly exposed: boolean }
  >
  readonly containments: Map<
    string,
    {
      readonly target: string
      readonly level: string
      readonly epoch: number
      readonly from: string
      readonly reason: string
      readonly lifted_at: string | null
    }
  >
  readonly windows: Map<string, FoldedWindow>
  readonly grants: FoldedGrants
  readonly policies: Map<number, { readonly digest: string; readonly source: string; readonly hold: string | null }>
  readonly permits: FoldedPermits
}

/** A log without events. */
export function emptyState(): Folded {
  return {
    actions: new Map(),
    holds: new Map(),
    agents: new Map(),
    credentials: new Map(),
    containments: new Map(),
    windows: new Map(),
    grants: new Map(),
    policies: new Map(),
    permits: { uses: new Map(), key: null },
  }
}

function change<T>(map: Map<string, T>, id: string, next: (before: T) => T): void {
  const before = map.get(id)
  if (before !== undefined) map.set(id, next(before))
}

type Received =
  | Extract<KnownEvent, { type: 'hold.opened' | 'action.parked' }>['data']
  | Extract<KnownEvent, { type: 'action.decided' }>['data']
type Ended =
  | Extract<KnownEvent, { type: 'hold.approved' }>['data']
  | Extract<KnownEvent, { type: 'action.decided' }>['data']

function receive(state: Folded, data: Received, hold: string | null): void {
  if (!('credential' in data)) return
  const { action, agent, credential, digest, tool, operation, environment, classification, session, status } = data
  const before = state.actions.get(action)
  const open = {
    verdict: null,
    by: null,
    code: null,
    policy_version: null,
    decided_at: null,
    outcome: null,
    reconciled: false,
  }
  // A parked call that is decided anew keeps what it was received as.
  const is = before ?? { agent, credential, digest, tool, session, operation, environment, classification, ...open }
  state.actions.set(action, { ...is, operation, environment, classification, status, hold })
}

function decide(state: Folded, data: Ended, at: string): void {
  if (!('action' in data)) return
  const { status, verdict, by, code, policy_version } = data
  change(state.actions, data.action, before => ({
    ...before,
    status,
    verdict,
    by,
    code,
    policy_version,
    decided_at: at,
  }))
}

function foldAction(state: Folded, event: KnownEvent) {
  switch (event.type) {
    case 'action.decided':
      // One that waited stays under what it waited for.
      receive(state, event.data, state.actions.get(event.data.action)?.hold ?? null)
      return decide(state, event.data, event.at)
    case 'action.parked':
      return receive(state, event.data, event.data.hold)
    case 'action.reported': {
      const { outcome } = event.data
      return change(state.actions, event.data.action, before => ({ ...before, outcome }))
    }
    case 'action.reconciled':
      return change(state.actions, event.data.action, before => ({ ...before, reconciled: true }))
  }
}

function foldHold(state: Folded, event: KnownEvent) {
  switch (event.type) {
    case 'hold.opened': {
      const { hold, action, expires_at, requirement } = event.data
      receive(state, event.data, hold)
      const open = {
        subject: null,
        change: null,
        status: 'pending',
        decided_at: null,
        failure: null,
        reviews: new Map(),
      }
      state.holds.set(hold, { kind: 'action', action, expires_at, requirement, ...open })
      return
    }
    case 'change.proposed': {
      const { hold, subject, expires_at } = event.data
      const open = {
        action: null,
        status: 'pending',
        requirement: null,
        decided_at: null,
        failure: null,
        reviews: new Map(),
      }
      state.holds.set(hold, { kind: 'change', change: event.data.change, subject, expires_at, ...open })
      return
    }
    case 'hold.reviewed': {
      const review = { person: event.by.id, verdict: event.data.verdict, voided: false }
      return change(state.holds, event.data.hold, before => ({
        ...before,
        reviews: new Map(before.reviews).set(event.data.review, review),
      }))
    }
    case 'hold.revised': {
      const voided = new Set(event.data.voided)
      return change(state.holds, event.data.hold, before => ({
        ...before,
        reviews: new Map(
          [...before.reviews].map(([id, one]) => [id, { ...one, voided: one.voided || voided.has(id) }]),
        ),
      }))
    }
    case 'hold.extended':
      return change(state.holds, event.data.hold, before => ({ ...before, expires_at: event.data.expires_at }))
    case 'hold.escalated':
    case 'hold.raised': {
      const { hold, requirement } = event.data
      return requirement ? change(state.holds, hold, before => ({ ...before, requirement })) : undefined
    }
    case 'hold.approved':
    case 'hold.rejected':
    case 'hold.expired':
    case 'hold.withdrawn':
    case 'hold.contained': {
      const status = event.type.slice('hold.'.length)
      decide(state, event.data, event.at)
      return change(state.holds, event.data.hold, before => ({ ...before, status, decided_at: event.at }))
    }
    case 'change.applied':
      return change(state.holds, event.data.hold, before => ({ ...before, status: 'applied' }))
    case 'change.failed': {
      const { failure } = event.data
      return change(state.holds, event.data.hold, before => ({ ...before, status: 'failed', failure }))
    }
  }
}

function foldRegistry(state: Folded, event: KnownEvent) {
  switch (event.type) {
    case 'agent.registered':
    case 'agent.updated': {
      const {
        agent_id,
        name,
        application_id: application,
        environment,
        tier,
        owner_id: owner,
        backup_id: backup,
      } = event.data
      const status = state.agents.get(agent_id)?.status ?? 'registered'
      state.agents.set(agent_id, { name, application, environment, tier, owner, backup, status })
      return
    }
    case 'agent.activated':
      return change(state.agents, event.data.agent_id, before => ({ ...before, status: 'active' }))
    case 'agent.retired':
      return change(state.agents, event.data.agent_id, before => ({ ...before, status: 'retired' }))
    case 'credential.issued': {
      const { credential_id, agent_id: agent, expires_at } = event.data
      state.credentials.set(credential_id, { agent, expires_at, revoked: false, exposed: false })
      return
    }
    case 'credential.rotated': {
      const { expires_at } = event.data
      return change(state.credentials, event.data.credential_id, before => ({ ...before, expires_at }))
    }
    case 'credential.revoked':
      return change(state.credentials, event.data.credential_id, before => ({ ...before, revoked: true }))
    case 'credential.exposed':
      return change(state.credentials, event.data.credential_id, before => ({ ...before, exposed: true }))
    case 'containment.engaged': {
      const { containment_id, target_type, target_id, level, epoch, from, reason } = event.data
      state.containments.set(containment_id, {
        target: `${target_type}/${target_id}`,
        level,
        epoch,
        from,
        reason,
        lifted_at: null,
      })
      return
    }
    case 'containment.renewed': {
      const { epoch } = event.data
      return change(state.containments, event.data.containment_id, before => ({ ...before, epoch }))
    }
    case 'containment.lifted': {
      const { lifted_at } = event.data
      return change(state.containments, event.data.containment_id, before => ({ ...before, lifted_at }))
    }
    case 'policy.published': {
      const { version, digest, source, hold } = event.data
      state.policies.set(version, { digest, source, hold })
    }
  }
}

/** Takes one event more into the state. Events come in the order of the log. */
export function foldEvent(state: Folded, event: KnownEvent): void {
  foldRegistry(state, event)
  foldAction(state, event)
  foldHold(state, event)
  foldPermit(state.permits, event)
  foldWindow(state.windows, event)
  foldGrant(state.grants, event)
}

/** What there is, from the log alone. */
export function fold(events: Iterable<KnownEvent>): Folded {
  const state = emptyState()
  for (const event of events) foldEvent(state, event)
  return state
}
