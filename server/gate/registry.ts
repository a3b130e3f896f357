import type { Registry } from '@/lib/gate/registry'
import type { PolicySet } from '@/lib/policy/judge'
import { loadAgents, loadCredentials, loadScopes } from '@/server/agent/store'
import { loadApplications } from '@/server/application/registry-store'
import { loadPeople } from '@/server/access/registry-store'
import { loadAccountabilities } from '@/server/agent/accountability-store'
import { loadContainments } from '@/server/containment/store'
import { reader, type Reader } from '@/server/db/tx'
import type { Database } from '@/server/db/pool'
import { loadPolicySet } from '@/server/policy/cedar'
import { currentPolicy } from '@/server/policy/store'
import { loadResourcePatterns, loadTools } from '@/server/tool/store'
import { loadTeams, readOrganisation } from '@/server/access/organisation-store'

/** The snapshot of one instance: loaded once a version, then handed out as long as that version stands. */
export interface Registries {
  /** The snapshot of exactly this version, for a transaction that has read it after the guard. */
  at(tx: Reader, version: number): Promise<Registry>
  /** Whatever was loaded last; provisional until a guarded transaction has confirmed its version. */
  latest(): Registry | null
  /** Reads the version outside a transaction and loads if it has moved. */
  refresh(): Promise<Registry>
}

/** With no readable policy nothing is allowed (O01). */
const denyAll: PolicySet = { version: 0, digest: 'none', source: '', rules: new Map(), evaluate: () => ({ decision: 'deny', rules: [], failed: true }) }

export function openRegistries(db: Database): Registries {
  let held: Registry | null = null
  let policy: PolicySet = denyAll

  const load = async (tx: Reader, version: number): Promise<Registry> => {
    if (held?.version === version) return held
    const [agents, applications, scopes, credentials, tools, patterns, people, containments, accountabilities, stored, organisation, teams] = [
      await loadAgents(tx), await loadApplications(tx), await loadScopes(tx), await loadCredentials(tx), await loadTools(tx),
      await loadResourcePatterns(tx), await loadPeople(tx), await loadContainments(tx), await loadAccountabilities(tx),
      await currentPolicy(tx), await readOrganisation(tx), await loadTeams(tx),
    ]
    if (stored && stored.version !== policy.version) policy = loadPolicySet(stored.version, stored.source)
    const next: Registry = {
      version,
      agents: new Map(agents.map(one => [one.id, one])),
      applications: new Map(applications.map(one => [one.id, one])),
      scopes: Map.groupBy(scopes, one => one.agent_id),
      credentials: new Map(credentials.map(one => [one.id, one])),
      credentialsByHash: new Map(credentials.map(one => [one.hash, one])),
      tools: new Map(tools.map(one => [one.name, one])),
      patterns,
      people,
      containments,
      accountabilities: Map.groupBy(accountabilities, one => one.subject_id),
      policy,
      epoch: containments.reduce((top, one) => Math.max(top, one.epoch), 0),
      organisation,
      teams,
    }
    if (!held || held.version < version) held = next
    return next
  }

  return {
    at: load,
    latest: () => held,
    async refresh() {
      const outside = reader(db.pool)
      const [row] = await outside.query<{ version: number }>('select version from registry where id = 1', [], 'registry-version')
      return load(outside, row?.version ?? 0)
    },
  }
}
