import { z } from 'zod'

const step = z.object({
  tool: z.string(),
  args: z.record(z.string(), z.unknown()),
  result: z.string().default(''),
  /** For scoring alone: nothing that plays or decides reads it. */
  label: z.string().optional(),
})
const session = z.object({
  session: z.string(),
  suite: z.string().regex(/^[a-z][a-z0-9_-]{0,30}$/i, 'a short word'),
  prompt: z.string().default(''),
  /** What an attacker wanted; for scoring alone. */
  attack: z.string().nullish(),
  steps: z.array(step),
})
export type RecordedStep = z.output<typeof step>
export type RecordedSession = z.output<typeof session>

/** Recorded runs, one JSON object a line. @throws Error naming the line that is not one. */
export function parseRuns(text: string): RecordedSession[] {
  return text.split('\n').flatMap((line, at) => {
    if (line.trim() === '') return []
    try {
      return [session.parse(JSON.parse(line))]
    } catch (error) {
      throw new Error(`line ${at + 1} is no recorded session: ${error instanceof Error ? error.message : error}`)
    }
  })
}
