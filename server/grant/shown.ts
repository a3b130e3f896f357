import { z } from 'zod'
import { type GrantLine, grantKinds } from '@/lib/grant/grant'
import { constraintWords, lineWords, riskiest } from '@/lib/grant/words'
import type { Instance } from '@/server/instance'
import { coveredLately } from './past'

const payload = z.object({
  agent_id: z.string(),
  kind: z.enum(grantKinds),
  session: z.string().nullable(),
  task: z.string().nullable(),
  reason: z.string(),
  seconds: z.number(),
  approvals: z.number(),
  lines: z.custom<GrantLine[]>(value => Array.isArray(value)),
})

/** What is proposed, as people read it: every line in words, the riskiest, and what it would have covered lately. */
export async function grantShown(app: Pick<Instance, 'db' | 'vault'>, proposed: unknown): Promise<unknown> {
  const read = payload.safeParse(proposed)
  if (!read.success) return proposed
  const { lines, agent_id, ...terms } = read.data
  const covered = await coveredLately(app, agent_id, lines, 14)
  return {
    ...terms,
    lines: lines.map((line, at) => ({
      sentence: lineWords(line),
      params: Object.entries(line.params).map(([name, constraint]) => ({ name, words: constraintWords(constraint) })),
      covered: covered.lines[at] ?? 0,
    })),
    riskiest: riskiest(lines),
    covered,
  }
}
