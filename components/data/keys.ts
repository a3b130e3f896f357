/*
 * Query keys: the concept first, so that a hint about `hold.opened` finds everything that shows holds.
 * [concept, 'list' | 'one' | …, id or filters]
 */
export const concepts = [
  'me',
  'hold',
  'action',
  'agent',
  'application',
  'tool',
  'resource',
  'mcp',
  'policy',
  'containment',
  'enforcement',
  'grant',
  'report',
  'audit',
  'member',
  'team',
  'on_call',
  'escalation',
  'session',
  'settings',
  'channel',
] as const
export type Concept = (typeof concepts)[number]

export const keys = {
  me: ['me'],
  list: (concept: Concept, filters: object = {}) => [concept, 'list', filters],
  one: (concept: Concept, id: string) => [concept, 'one', id],
  part: (concept: Concept, id: string, part: string) => [concept, 'one', id, part],
} as const

interface Touched {
  /** Read again at once. */
  readonly now: readonly Concept[]
  /** Read again, but at most every two seconds: these hints come in floods. */
  readonly soon: readonly Concept[]
}

/** Which concepts show what a hint is about. An unknown type touches everything. */
const touched: Readonly<Record<string, Touched>> = {
  hold: { now: ['hold', 'me'], soon: ['action', 'agent'] },
  action: { now: [], soon: ['action', 'hold', 'agent', 'enforcement'] },
  agent: { now: ['agent'], soon: ['hold'] },
  tool: { now: ['tool', 'me'], soon: ['hold', 'mcp'] },
  mcp_server: { now: ['mcp', 'tool'], soon: [] },
  containment: { now: ['containment', 'hold', 'agent'], soon: ['me'] },
  enforcement: { now: ['enforcement', 'agent', 'me'], soon: ['hold'] },
  grant: { now: ['grant'], soon: ['hold', 'agent'] },
  on_call: { now: ['on_call'], soon: [] },
  escalation: { now: ['escalation'], soon: ['hold'] },
  policy: { now: ['policy'], soon: [] },
  report: { now: ['report'], soon: [] },
  member: { now: ['member', 'me'], soon: ['team'] },
  sign_in: { now: ['session', 'me'], soon: [] },
  registry: {
    now: [],
    soon: ['agent', 'enforcement', 'application', 'tool', 'resource', 'team', 'member', 'settings', 'me'],
  },
  channel: { now: ['channel'], soon: [] },
  delivery: { now: [], soon: ['channel'] },
  event: { now: [], soon: ['audit'] },
  checkpoint: { now: [], soon: ['audit'] },
}

/** What must be read again after a hint of this type (`concept` or `concept.past_participle`). */
export function touchedBy(type: string): Touched {
  return touched[type.split('.')[0] ?? ''] ?? { now: concepts, soon: [] }
}
