import { z } from 'zod'

/** Pieces of what doors answer. They describe the wire (OpenAPI); answers are built by us and not parsed again. */

/** A time: RFC 3339, UTC. */
export const moment = z.iso.datetime()
/** Something with a name; the name is null where its owner is gone. */
export const named = z.object({ id: z.string(), name: z.string() })
export const perhapsNamed = z.object({ id: z.string(), name: z.string().nullable() })
/** A count of things. */
export const count = z.number().int().nonnegative()
/** What an object was when it was read, for `If-Match`. */
export const etag = z.string()
/** Arguments, and whatever else is free. */
export const free = z.record(z.string(), z.unknown())
/** 202: it waits for a second person, under this hold. */
export const proposed = z.object({ hold_id: z.string() })

/** What was refused of one among several (RFC 9457). */
export const problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  code: z.string(),
  detail: z.string(),
  request_id: z.string(),
})

/** One page of a list; `next_cursor` is null on the last one. */
export function pageOf<T extends z.ZodType>(item: T) {
  return z.object({ items: z.array(item), next_cursor: z.string().nullable() })
}
