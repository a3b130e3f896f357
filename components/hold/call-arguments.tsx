'use client'
import { Fragment } from 'react'
import { ExpandableText, Revealed } from '@/components/action/hostile-text'

/** What a call would pass, name by name; long values open in place. */
export function CallArguments({ params }: { params: Readonly<Record<string, unknown>> }) {
  return (
    <dl className="grid grid-cols-[minmax(76px,auto)_minmax(0,1fr)] gap-x-3 gap-y-1 border-l pl-3">
      {Object.entries(params).map(([name, value]) => (
        <Fragment key={name}>
          <dt className="max-w-40 pt-px font-mono text-ink-3 text-xs [overflow-wrap:anywhere]">
            <Revealed text={name} />
          </dt>
          <dd className="min-w-0">
            <ExpandableText text={typeof value === 'string' ? value : JSON.stringify(value, null, 2)} limit={160} />
          </dd>
        </Fragment>
      ))}
    </dl>
  )
}
