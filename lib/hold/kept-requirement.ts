import { z } from 'zod'
import type { Need } from './need'
import { type Requirement, required } from './requirement'

const nobody: readonly never[] = []
const group = z.looseObject({ approvals: z.number() }).transform(({ approvals }) => ({ approvals, who: nobody }))
const need: z.ZodType<Need<never>> = z.lazy(() =>
  z.union([z.object({ at_least: z.number(), of: z.array(need) }), group]),
)
const stored = z.looseObject({
  stages: z.array(group).default([]),
  named: z
    .array(
      z.looseObject({
        name: z.string(),
        version: z.number(),
        stages: z.array(
          z.union([
            z.object({ label: z.string(), need }),
            z.object({ label: z.string(), confirm: z.literal(true) }).transform(one => ({ ...one, who: nobody })),
          ]),
        ),
      }),
    )
    .optional(),
})

/**
 * How many distinct people must have said yes for a requirement as it is stored: those who approve, and whoever confirms.
 * Who they are is asked where it is decided; this is what the log must tell of at least.
 */
export function yesNeeded(text: string | null): number {
  const { stages, named } = stored.parse(JSON.parse(text ?? '{}'))
  const requirement: Requirement = { stages, veto: false, ...(named ? { named } : {}) }
  const confirms = named?.some(part => part.stages.some(stage => 'confirm' in stage)) ?? false
  return required(requirement) + (confirms ? 1 : 0)
}
