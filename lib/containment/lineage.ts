import type { Level } from './containment'

/** An agent that a quarantine or a kill in force names, retired or not, with who answers for it today. */
export interface Stopped {
  readonly agent_id: string
  readonly name: string
  readonly application_id: string
  readonly owner: string
  readonly level: Level
}

/**
 * The stopped agent whose place a new one would take: of the same application and owner, the strictest first (K06). An agent
 * cannot be told from its successor by its name or its key, which are always new; by whose it is, it can. Null: none.
 */
export function predecessor(
  stopped: readonly Stopped[],
  agent: { readonly id: string; readonly application_id: string; readonly owner: string },
): Stopped | null {
  const kin = stopped.filter(
    one => one.agent_id !== agent.id && one.application_id === agent.application_id && one.owner === agent.owner,
  )
  return kin.find(one => one.level === 'killed') ?? kin.find(one => one.level === 'quarantined') ?? null
}
