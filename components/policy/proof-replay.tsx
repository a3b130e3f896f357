'use client'
import { Play, Square } from 'lucide-react'
import { useRef, useState } from 'react'
import { said } from '@/components/data/answer'
import { callWithProgress } from '@/components/data/client'
import { Button } from '@/components/ui/button'
import { ErrorState } from '@/components/ui/error-state'
import { Section } from '@/components/ui/section'
import { Select } from '@/components/ui/select'
import { type Report, ReportView } from './proof-report'

const windows = [1, 7, 14, 30].map(days => ({
  value: String(days),
  label: days === 1 ? 'last day' : `last ${days} days`,
}))

interface Progress {
  readonly done: number
  readonly of: number
}

/** How far a replay is; until the server has counted what there is, that it has begun. */
function HowFar({ done, of }: Progress) {
  const percent = of === 0 ? 0 : Math.floor((100 * done) / of)
  return (
    <div className="flex flex-col gap-2 p-4 text-ink-2 text-sm">
      <p>
        {of === 0
          ? 'Reading the text…'
          : `${percent} %: ${done.toLocaleString('en')} of ${of.toLocaleString('en')} recorded actions judged again`}
      </p>
      <progress
        className="h-1.5 w-full accent-accent"
        aria-label="How far the replay is"
        max={100}
        value={of === 0 ? undefined : percent}
      />
    </div>
  )
}

/** Asks a candidate about what agents did: run, stop, and what came of it. */
export function ReplayPanel({ source }: { source: string }) {
  const [days, setDays] = useState('14')
  const [report, setReport] = useState<{ of: string; report: Report } | null>(null)
  const [error, setError] = useState<Error | null>(null)
  const [progress, setProgress] = useState<Progress | null>(null)
  const busy = progress !== null
  const stop = useRef<AbortController | null>(null)
  const run = () => {
    const control = new AbortController()
    stop.current = control
    setProgress({ done: 0, of: 0 })
    setError(null)
    const sent = { method: 'POST', body: { source, days: Number(days) }, signal: control.signal } as const
    callWithProgress<Report, Progress>('/api/console/policy/replay', sent, setProgress)
      .then(found => setReport({ of: source, report: found }))
      .catch((failure: Error) => (control.signal.aborted ? undefined : setError(failure)))
      .finally(() => setProgress(null))
  }
  return (
    <Section
      title="Replay"
      aside={
        <span className="flex items-center gap-2">
          <Select label="How far back" value={days} onChange={setDays} choices={windows} disabled={busy} />
          {busy ? (
            <Button size="sm" onClick={() => stop.current?.abort()}>
              <Square aria-hidden /> Stop
            </Button>
          ) : (
            <Button size="sm" onClick={run}>
              <Play aria-hidden /> Replay
            </Button>
          )}
        </span>
      }
    >
      <div aria-live="polite">
        {progress ? (
          <HowFar {...progress} />
        ) : error ? (
          <ErrorState {...said(error)} onRetry={run} />
        ) : report ? (
          <>
            {report.of !== source && (
              <p className="border-b px-4 py-2 text-held text-xs">This is of an earlier text. Replay again.</p>
            )}
            <ReportView report={report.report} />
          </>
        ) : (
          <p className="p-4 text-ink-3 text-sm">
            What this text would newly allow, narrow, ask and deny of what agents did, and how often people would be
            asked.
          </p>
        )}
      </div>
    </Section>
  )
}
