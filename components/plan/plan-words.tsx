import { HostileText } from '@/components/action/hostile-text'
import { planShown } from '@/lib/plan/contract'

/** What the agent says of its chain, after all that is known of it: a claim, in the frame that says so (U10). */
export function PlanWords({ shown }: { shown: unknown }) {
  const read = planShown.safeParse(shown)
  if (!read.success) return null
  const { title, task, steps } = read.data
  return (
    <>
      {title && <HostileText text={title} label="What the agent calls it: not checked" limit={300} />}
      {task && <HostileText text={task} label="The task, as the agent names it: not checked" limit={300} />}
      {steps.map(
        ({ n, intent }) =>
          intent && (
            <HostileText
              key={n}
              text={intent}
              label={`Step ${n}: why, as the agent says it: written by the agent, not checked`}
              limit={300}
            />
          ),
      )}
    </>
  )
}

/** Has the agent said anything of this chain? */
export function hasPlanWords(shown: unknown): boolean {
  const read = planShown.safeParse(shown)
  return read.success && Boolean(read.data.title || read.data.task || read.data.steps.some(step => step.intent))
}
