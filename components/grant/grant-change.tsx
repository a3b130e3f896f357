import { z } from 'zod'
import { Revealed } from '@/components/action/hostile-text'
import { GrantLines } from './grant-lines'

const covered = z.object({
  days: z.number(),
  asked: z.number(),
  held: z.number(),
  approved: z.number(),
  rejected: z.array(z.object({ action_id: z.string() })),
})
const shape = z.object({
  kind: z.string(),
  session: z.string().nullable(),
  task: z.string().nullable(),
  seconds: z.number(),
  lines: z.array(
    z.object({
      sentence: z.string(),
      params: z.array(z.object({ name: z.string(), words: z.string() })),
      covered: z.number(),
    }),
  ),
  riskiest: z.number(),
  covered,
})

const span = (seconds: number) => {
  const [size, word] = seconds >= 86_400 ? [86_400, 'day'] : seconds >= 3_600 ? [3_600, 'hour'] : [60, 'minute']
  const many = Math.round((seconds / size) * 10) / 10
  return `${many} ${word}${many === 1 ? '' : 's'}`
}

/** What would be approved in advance: every line in words, for how long, and what it would have covered lately. */
export function GrantChange({ after }: { after: unknown }) {
  const read = shape.safeParse(after)
  if (!read.success) return <p className="px-4 py-3 text-sm">What was proposed cannot be read any more.</p>
  const { lines, riskiest, seconds, task, session, kind, covered: past } = read.data
  const rejected = past.rejected.length
  return (
    <div>
      <p className="border-b px-4 py-3 text-sm">
        {kind === 'break_glass' && (
          <strong className="font-semibold text-denied">Emergency: everybody is told. </strong>
        )}
        For {span(seconds)} from when you agree
        {task && (
          <>
            , only for task <Revealed text={task} />
          </>
        )}
        {session && (
          <>
            , only in session <Revealed text={session} />
          </>
        )}
        , these go on without asking:
      </p>
      <GrantLines
        riskiest={riskiest}
        lines={lines.map(line => ({
          ...line,
          note: `Would have covered ${line.covered} in the last ${past.days} days.`,
        }))}
      />
      <p className={rejected > 0 ? 'border-t px-4 py-3 text-denied text-sm' : 'border-t px-4 py-3 text-ink-2 text-sm'}>
        In the last {past.days} days it would have spared {past.held} {past.held === 1 ? 'approval' : 'approvals'}, and
        let through {rejected} that people rejected.
      </p>
    </div>
  )
}
