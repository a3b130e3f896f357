import { canonical } from './canonical'
import { type Principal, reference } from './principal'

/**
 * What a verb records: `type` is `concept.past_participle`, `subjects` the ids it is about (for filters and hints),
 * `data` ids, codes and digests only: content stays out of the log (design: content apart from events).
 */
export interface EventDraft {
  readonly type: `${string}.${string}`
  readonly by: Principal
  readonly subjects: readonly string[]
  readonly data: Readonly<Record<string, unknown>>
}

/** The exact bytes that are stored and hashed: RFC 8785 JSON of `{at, by, data, id, subjects, type}`. */
export function eventBody(id: string, draft: EventDraft, at: Date): string {
  return canonical({
    at: at.toISOString(),
    by: reference(draft.by),
    data: draft.data,
    id,
    subjects: draft.subjects,
    type: draft.type,
  })
}
