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
  'policy',
  'containment',
  'audit',
  'member',
  'team',
  'session',
  'settings',
] as const
export type Concept = (typeof concepts)[number]

export const keys = {
  me: ['me'],
  list: (concept: Concept, filters: object = {}) => [concept, 'list', filters],
  one: (concept: Concept, id: string) => [concept, 'one', id],
  part: (concept: Concept, id: string, part: string) => [concept, 'one', id, part],
} as const

/** Which concepts show what a hint is about. The type of a hint is `concept.past_participle`; an unknown one touches all. */
const touched: Readonly<Record<string, readonly Concept[]>> = {
  hold: ['hold', 'action', 'me'],
  change: ['hold', 'me'],
  review: ['hold', 'me'],
  action: ['action', 'hold', 'agent'],
  agent: ['agent', 'me'],
  credential: ['agent'],
  scope: ['agent'],
  application: ['application', 'agent'],
  tool: ['tool', 'hold', 'me'],
  resource: ['resource'],
  policy: ['policy'],
  containment: ['containment', 'hold', 'agent', 'me'],
  person: ['member', 'me'],
  invitation: ['member'],
  member: ['member', 'me'],
  role: ['member', 'me'],
  team: ['team', 'me'],
  session: ['session', 'me'],
  sign_in: ['session', 'me'],
  settings: ['settings', 'me'],
  log: ['audit'],
  checkpoint: ['audit'],
}

/** The concepts that must be read again after this hint; the log grows with every one of them. */
export function conceptsOf(type: string): readonly Concept[] {
  const found = touched[type.split('.')[0] ?? '']
  return found ? [...found, 'audit'] : concepts
}
