'use client'
import { useHoldEscalation } from './escalation'
import { StepsTimeline } from './steps-timeline'

/** How far a hold has been passed on: who was told and why, and who is next if nobody decides. */
export function HoldEscalation({ holdId }: { holdId: string }) {
  const { data } = useHoldEscalation(holdId)
  if (!data || data.told.length + data.ahead.length === 0) return null
  const next = data.ahead.filter(one => one.people.length > 0)
  return (
    <details className="text-sm">
      <summary className="min-h-6 cursor-pointer py-3.5 sm:py-0 text-ink-2 text-xs">
        {data.level > 0 ? `Passed on to level ${data.level} of ${data.levels}` : 'Who is told'}
        {next[0] && ` · next: ${next[0].people.map(one => one.name).join(', ')}`}
      </summary>
      <div className="flex flex-col gap-3 pt-2">
        {data.told.length > 0 && <StepsTimeline label="Who was told" steps={data.told} />}
        {next.length > 0 && (
          <>
            <p className="text-ink-3 text-xs">If nobody decides:</p>
            <StepsTimeline label="Who is told next" steps={next} />
          </>
        )}
        <p className="text-ink-3 text-xs">By the escalation policy “{data.policy.name}”.</p>
      </div>
    </details>
  )
}
