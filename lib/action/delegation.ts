/** The action in whose course another was asked for: whose it is, and which agents had handed it on before. */
export interface Parent {
  readonly agent_id: string
  readonly delegated_by: readonly string[]
}

/** A chain that is longer is told by its last ones. */
const most = 20

/** The agents that handed an action of `agent` on, oldest first. What an agent says is its parent only ever adds to them. */
export function delegatedBy(parent: Parent | undefined, agent: string): readonly string[] {
  if (!parent) return []
  const chain = parent.agent_id === agent ? parent.delegated_by : [...parent.delegated_by, parent.agent_id]
  return chain.slice(-most)
}
