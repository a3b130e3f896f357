'use client'
import { Zap } from 'lucide-react'
import { useState } from 'react'
import { Answer } from '@/components/data/answer'
import { FiguresView } from './figures-view'
import { useOwnReport } from './reports'
import { DaysChoice, ReportsFrame } from './reports-frame'

const times = (count: number) => (count === 1 ? 'once' : `${count} times`)

/** How I decide: for my own eyes. */
export function OwnReportPage() {
  const [days, setDays] = useState(30)
  const report = useOwnReport(days)
  return (
    <ReportsFrame about="How you decide. These figures are shown to you alone.">
      <DaysChoice days={days} onChange={setDays} />
      <Answer query={report}>
        {found => (
          <>
            {found.hurries.length > 0 && (
              <p className="flex items-start gap-2 rounded-md border border-held-line bg-held-soft px-3 py-2 text-held text-sm">
                <Zap className="mt-0.5 size-4 shrink-0" aria-hidden />
                You approved more than twenty within a minute {times(found.hurries.length)}. It is in the log.
              </p>
            )}
            <Canaries {...found.canaries} who="you" />
            <FiguresView figures={found.figures} name="my-decisions" small={false} />
          </>
        )}
      </Answer>
    </ReportsFrame>
  )
}

/** Whether test requests were caught; nothing where there were none. */
export function Canaries({
  caught,
  missed,
  undecided,
  who,
}: {
  caught: number
  missed: number
  undecided: number
  who: string
}) {
  if (caught + missed + undecided === 0) return null
  return (
    <p className="rounded-md border bg-surface px-3 py-2 text-sm">
      Test requests: {who} caught {caught}, approved {missed}
      {undecided > 0 ? `, left ${undecided} undecided` : ''}.
    </p>
  )
}
