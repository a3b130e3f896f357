'use client'
import { Loader2, Play, Square } from 'lucide-react'
import { useRef, useState } from 'react'
import { said } from '@/components/data/answer'
import { call } from '@/components/data/client'
import { Button } from '@/components/ui/button'
import { ErrorState } from '@/components/ui/error-state'
import { Section } from '@/components/ui/section'
import { Select } from '@/components/ui/select'
import { type Report, ReportView } from './proof-report'

const windows = [1, 7, 14, 30].map(days => ({
  value: String(days),
  label: days === 1 ? 'last day' : `last ${days} days`,
}))

/** Asks a candidate about what agents did: run, stop, and what came of it. */
export function ReplayPanel({ source }: { source: string }) {
  const [days, setDays] = useState('14')
  const [report, setReport] = useState<{ of: string; report: Report } | null>(null)
  const [error, setError] = useState<Error | null>(null)
  const [busy, setBusy] = useState(false)
  const stop = useRef<AbortController | null>(null)
  const run = () => {
    const control = new AbortController()
    stop.current = control
    setBusy(true)
    setError(null)
    call<Report>('/api/console/policy/replay', {
      method: 'POST',
      body: { source, days: Number(days) },
      signal: control.signal,
    })
      .then(found => setReport({ of: source, report: found }))
      .catch((failure: Error) => (control.signal.aborted ? undefined : setError(failure)))
      .finally(() => setBusy(false))
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
        {busy ? (
          <p className="flex items-center gap-2 p-4 text-ink-2 text-sm">
            <Loader2 className="size-4 animate-spin" aria-hidden /> Judging up to 20,000 recorded actions again…
          </p>
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
            What this text would newly allow, ask and deny of what agents did, and how often people would be asked.
          </p>
        )}
      </div>
    </Section>
  )
}
