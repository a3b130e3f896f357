'use client'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Answer } from '@/components/data/answer'
import { call } from '@/components/data/client'
import { keys } from '@/components/data/keys'
import { Effect } from './proof-effect'
import { factWords, reporter, valueWords } from './proof-words'

/** Why it is decided so (api: explained). */
export interface Explained {
  readonly judgement: { readonly effect: string; readonly code: string | null; readonly reason: string | null }
  readonly trail: readonly { readonly rule: string; readonly effect: string; readonly sentence: string }[]
  readonly would_change: readonly {
    readonly fact: string
    readonly reported_by: string
    readonly from: unknown
    readonly to: unknown
    readonly effect: string
  }[]
  readonly tried: number
}

/** The rules that decided, and every single fact that would have changed it. */
export function ExplainedView({ explained }: { explained: Explained }) {
  return (
    <div className="flex flex-col gap-4 p-4">
      <p className="flex flex-wrap items-center gap-2">
        <Effect effect={explained.judgement.effect} />
        <span>{explained.judgement.reason}</span>
      </p>
      {explained.trail.length > 0 && (
        <div>
          <h3 className="font-medium text-ink-3 text-xs">Because of</h3>
          <ul className="mt-1 flex flex-col gap-1 text-sm">
            {explained.trail.map(step => (
              <li key={step.rule}>
                {step.sentence} <code className="font-mono text-ink-3 text-xs">{step.rule}</code>
              </li>
            ))}
          </ul>
        </div>
      )}
      <div>
        <h3 className="font-medium text-ink-3 text-xs">One fact that would have changed it</h3>
        {explained.would_change.length === 0 ? (
          <p className="mt-1 text-ink-2 text-sm">
            No single fact would have: {explained.tried.toLocaleString('en')} were tried.
          </p>
        ) : (
          <ul className="mt-1 divide-y rounded-md border">
            {explained.would_change.map(one => (
              <li
                key={`${one.fact} ${one.effect}`}
                className="flex flex-wrap items-center gap-x-3 gap-y-1 px-3 py-1.5 text-sm"
              >
                <span className="min-w-0 flex-1">
                  <span className="font-medium">{factWords(one.fact)}</span>: {valueWords(one.to)}{' '}
                  <span className="text-ink-3">instead of {valueWords(one.from)}</span>
                </span>
                <span className="text-ink-3 text-xs">{reporter(one.reported_by)}</span>
                <Effect effect={one.effect} />
              </li>
            ))}
          </ul>
        )}
      </div>
    </div>
  )
}

/** Why one recorded action was decided so, by the policy of its time; asked for when it is opened. */
export function WhyThis({ actionId }: { actionId: string }) {
  const [open, setOpen] = useState(false)
  return (
    <details onToggle={event => setOpen(event.currentTarget.open)}>
      <summary className="min-h-8 cursor-default px-4 py-2 text-ink-2 text-sm">
        Which fact would have changed it?
      </summary>
      {open && <Explanation actionId={actionId} />}
    </details>
  )
}

function Explanation({ actionId }: { actionId: string }) {
  const query = useQuery({
    queryKey: keys.part('action', actionId, 'explain'),
    queryFn: ({ signal }) => call<Explained>(`/api/console/actions/${actionId}/explain`, { signal }),
    retry: false,
  })
  return <Answer query={query}>{explained => <ExplainedView explained={explained} />}</Answer>
}
