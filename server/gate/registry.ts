import type { Registry } from '@/lib/gate/registry'
import type { PolicySet } from '@/lib/policy/judge'
import { hostedRecorder } from '@/lib/session/recorder'
import { loadCalendars } from '@/server/access/calendar-store'
import { loadTeams, readOrganisation } from '@/server/access/organisation-store'
import { loadPeople } from '@/server/access/registry-store'
import { loadAccountabilities } from '@/server/agent/accountability-store'
import { loadWindows } from '@/server/agent/enforcement-store'
import { loadAgents, loadCredentials, loadScopes } from '@/server/agent/store'
import { loadApplications } from '@/server/application/registry-store'
import { loadApprovalPolicies } from '@/server/approval-policy/store'
import { loadContainments } from '@/server/containment/store'
import { coalesce } from '@/server/db/coalesce'
import type { Database } from '@/server/db/pool'
import { type Reader, reader } from '@/server/db/tx'
import { loadGrants } from '@/server/grant/registry-store'
import { hasHosted } from '@/server/mcp/store'
import { loadPolicySet } from '@/server/policy/cedar'
import { currentPolicy } from '@/server/policy/store'
import { loadSources } from '@/server/tool/source-store'
import { loadResourcePatterns, loadTools } from '@/server/tool/store'

/** The snapshot of one instance: loaded once a version, then handed out as long as that version stands. */
export interface Registries {
  /** The snapshot of exactly this version, for a transaction that has read it after the guard. */
  at(tx: Reader, version: number): Promise<Registry>
  /** Whatever was loaded last; provisional until a guarded transaction has confirmed its version. */
  latest(): Registry | null
  /** Reads time and version outside a transaction, after this call, and loads what has moved. */
  now(): Promise<{ at: Date; registry: Registry }>
  refresh(): Promise<Registry>
}

/** With no readable policy nothing is allowed (O01). */
const denyAll: PolicySet = {
  version: 0,
  digest: 'none',
  source: '',
  rules: new Map(),
  reads: new Set(),
  evaluate: () => ({ decision: 'deny', rules: [], failed: true }),
}

export function openRegistries(db: Database): Registries {
  let held: Registry | null = null
  let policy: PolicySet = denyAll

  const load = async (tx: Reader, version: number): Promise<Registry> => {
    if (held?.version === version) return held
    const [
      agents,
      applications,
      scopes,
      credentials,
      tools,
      patterns,
      people,
      containments,
      accountabilities,
      stored,
      organisation,
      teams,
      observing,
      calendars,
      sources,
      hosted,
      approvalPolicies,
    ] = [
      await loadAgents(tx),
      await loadApplications(tx),
      await loadScopes(tx),
      await loadCredentials(tx),
      await loadTools(tx),
      await loadResourcePatterns(tx),
      await loadPeople(tx),
      await loadContainments(tx),
      await loadAccountabilities(tx),
      await currentPolicy(tx),
      await readOrganisation(tx),
      await loadTeams(tx),
      await loadWindows(tx),
      await loadCalendars(tx),
      await loadSources(tx),
      await hasHosted(tx),
      await loadApprovalPolicies(tx),
    ]
    if (stored && stored.version !== policy.version) policy = loadPolicySet(stored.version, stored.source)
    const grants = await loadGrants(tx, { agents, applications, scopes, credentials, accountabilities })
    const next: Registry = {
      version,
      agents: new Map(agents.map(one => [one.id, one])),
      applications: new Map(applications.map(one => [one.id, one])),
      scopes: Map.groupBy(hosted ? [...scopes, hostedRecorder] : scopes, one => one.agent_id),
      credentials: new Map(credentials.map(one => [one.id, one])),
      credentialsByHash: new Map(credentials.map(one => [one.hash, one])),
      tools: new Map(tools.map(one => [one.name, one])),
      patterns,
      people,
      containments,
      accountabilities: Map.groupBy(accountabilities, one => one.subject_id),
      policy,
      approvalPolicies: new Map(approvalPolicies.map(one => [one.name, one])),
      grants,
      epoch: containments.reduce((top, one) => Math.max(top, one.epoch), 0),
      organisation,
      teams,
      observing,
      calendars,
      sources,
    }
    if (!held || held.version < version) held = next
    return next
  }

  const outside = reader(db.pool)
  // Whoever asks while a read runs is served by the next one, which begins after they asked.
  const versions = coalesce(
    async (keys: 'now'[]) => {
      const [row] = await outside.query<{ at: Date; version: number }>(
        'select holdpoint.now() as at, version from registry where id = 1',
        [],
        'present',
      )
      const value = { at: row?.at ?? new Date(0), registry: await load(outside, row?.version ?? 0) }
      return new Map(keys.map(key => [key, value]))
    },
    1,
    50_000,
  )
  const now = async () => {
    const found = await versions('now')
    if (!found) throw new Error('the registry was not read')
    return found
  }

  return {
    at: load,
    latest: () => held,
    now,
    async refresh() {
      return (await now()).registry
    },
  }
}
