import type { PersonId } from '@/lib/kernel/id'

export type Relation = 'owner' | 'backup' | 'creator' | 'key_holder' | 'scope_editor' | 'policy_editor'

/** Who was accountable for a subject (an agent, an application, a draft or the change proposed of it), and when; `until` is null while it lasts. */
export interface Accountability {
  readonly subject_id: string
  readonly person_id: PersonId
  readonly relation: Relation
  readonly since: Date
  readonly until: Date | null
}
