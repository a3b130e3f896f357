import { z } from 'zod'

/** As much Cedar as one policy may be. */
export const policySource = z.string().min(1).max(200_000)

/** `POST /policy`: what shall be in force. With `based_on`, only if that version still is. */
export const proposalContract = z.strictObject({
  source: policySource,
  note: z.string().max(2_000).default(''),
  based_on: z.number().int().positive().optional(),
})

/** `POST /policy/drafts`: from what is in force, unless a source is given. */
export const draftBody = z.strictObject({
  title: z.string().trim().min(1).max(200),
  source: policySource.optional(),
})

/** `PATCH /policy/drafts/{id}`. `based_on` says that its writer has seen that version and means to replace it. */
export const draftPatch = z.strictObject({
  title: z.string().trim().min(1).max(200).optional(),
  source: policySource.optional(),
  based_on: z.number().int().positive().optional(),
})

/** `POST /policy/drafts/{id}/propose` and `/policy/versions/{version}/restore`. */
export const noteBody = z.strictObject({ note: z.string().trim().min(1).max(2_000) })
