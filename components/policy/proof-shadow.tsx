'use client'
import { useQuery } from '@tanstack/react-query'
import { Answer } from '@/components/data/answer'
import { call } from '@/components/data/client'
import { keys } from '@/components/data/keys'
import { useSubmit } from '@/components/data/use-submit'
import { Badge } from '@/components/ui/badge'
import { Button } from '@/components/ui/button'
import { FormProblem } from '@/components/ui/form-problem'
import { RelativeTime } from '@/components/ui/relative-time'
import { Section } from '@/components/ui/section'
import { toast } from '@/components/ui/toast'
import { type Report, ReportView } from './proof-report'

interface Shadow {
  readonly id: string
  readonly source: string
  readonly started_by: { readonly name: string | null }
  readonly started_at: string
  readonly ends_at: string
  readonly stopped_at: string | null
  readonly report: Report
}

/** A candidate that runs beside live traffic and decides nothing: start, stop, report. */
export function ShadowPanel({ source }: { source: string }) {
  const shadow = useQuery({
    queryKey: keys.part('policy', 'proof', 'shadow'),
    queryFn: ({ signal }) => call<{ shadow: Shadow | null }>('/api/console/policy/shadow', { signal }),
    refetchInterval: 10_000,
  })
  const start = useSubmit(
    () => call('/api/console/policy/shadow', { method: 'POST', body: { source, days: 14 } }),
    () => toast('It runs beside live traffic for 14 days'),
  )
  const stop = useSubmit(() => call('/api/console/policy/shadow/stop', { method: 'POST' }))
  const running = shadow.data?.shadow && shadow.data.shadow.stopped_at === null ? shadow.data.shadow : null
  return (
    <Section
      title="Shadow"
      aside={
        <span className="flex items-center gap-2">
          {running && (
            <Button size="sm" busy={stop.busy} onClick={() => void stop.run()}>
              Stop
            </Button>
          )}
          {running?.source !== source && (
            <Button size="sm" busy={start.busy} onClick={() => void start.run()}>
              {running ? 'Shadow this instead' : 'Shadow for 14 days'}
            </Button>
          )}
        </span>
      }
    >
      <FormProblem text={start.general || stop.general} />
      <Answer query={shadow}>
        {({ shadow: found }) =>
          found === null ? (
            <p className="p-4 text-ink-3 text-sm">
              Nothing runs. A shadow is asked about every new action after it was decided, and decides nothing itself.
            </p>
          ) : (
            <>
              <p className="flex flex-wrap items-center gap-x-2 gap-y-1 px-4 pt-3 text-ink-2 text-sm">
                <Badge tone={found.stopped_at === null ? 'accent' : 'neutral'}>
                  {found.stopped_at === null ? 'Running' : 'Ended'}
                </Badge>
                <span>
                  {found.source === source ? 'This text' : 'Another text'}, since <RelativeTime at={found.started_at} />
                  , by {found.started_by.name ?? 'someone'}
                </span>
              </p>
              {found.report.rows === 0 ? (
                <p className="p-4 text-ink-3 text-sm">Nothing has been decided since.</p>
              ) : (
                <ReportView report={found.report} />
              )}
            </>
          )
        }
      </Answer>
    </Section>
  )
}
