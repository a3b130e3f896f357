import { type Dependencies, type Dependency, deferredSeconds, judgeDeferral } from '@/lib/action/defer'
import type { Candidate } from './candidate'
import type { Registry } from './registry'
import { denied, type Ruling } from './ruling'

/**
 * The ruling on an action that depends on others: what is denied now is denied now, and an unclassified tool is asked about
 * first; else it waits until they are settled, or is denied with them. The same object where it waits for nothing.
 */
export function deferring(
  ruling: Ruling,
  waits: Dependencies | null,
  known: ReadonlyMap<string, Dependency>,
  candidate: Candidate,
  registry: Registry,
): Ruling {
  const open = ruling.is === 'held' || (ruling.is === 'decided' && ruling.status === 'allowed')
  if (!waits || !open) return ruling
  const { agent } = candidate.known
  const said = judgeDeferral(waits, agent.id, known)
  if (said.is === 'ready') return ruling
  const given = ruling.given ? { given: ruling.given } : {}
  if (said.is === 'denied') return { ...denied(registry, said.code, said.reason, 'policy'), ...given }
  if (candidate.open_holds >= agent.limits.open_holds) return { is: 'refused', code: 'limit.open_holds', ...given }
  const sentence = 'It waits until the actions that it depends on are settled.'
  return {
    is: 'deferred',
    seconds: deferredSeconds(candidate.submission.deadline_seconds),
    why: [{ kind: 'floor', id: 'depends', sentence }],
    rules: [],
    waits,
    depth: said.depth,
    ...given,
  }
}
