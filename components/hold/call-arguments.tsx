'use client'
import { Fragment } from 'react'
import { ExpandableText, firstOf, Revealed } from '@/components/action/hostile-text'
import { pointerStep } from '@/lib/kernel/pointer'
import { CanonicalLine } from './canonical-line'
import { useMustOpen } from './shown'

function Value({ value, limit, path }: { value: unknown; limit: number; path?: string }) {
  const text = typeof value === 'string' ? value : JSON.stringify(value, null, 2)
  const opened = useMustOpen(`open:${path}`, path !== undefined && firstOf(text, limit).more > 0)
  return (
    <>
      <ExpandableText text={text} limit={limit} onOpen={opened} />
      <CanonicalLine value={value} />
    </>
  )
}

/** What a call would pass, name by name; long values open in place, and must have been opened where a `path` to them is given. */
export function CallArguments({ params, path }: { params: Readonly<Record<string, unknown>>; path?: string }) {
  return (
    <dl className="grid grid-cols-[minmax(76px,auto)_minmax(0,1fr)] gap-x-3 gap-y-1 border-l pl-3">
      {Object.entries(params).map(([name, value]) => (
        <Fragment key={name}>
          <dt className="max-w-40 pt-px font-mono text-ink-3 text-xs [overflow-wrap:anywhere]">
            <Revealed text={name} />
          </dt>
          <dd className="min-w-0">
            <Value
              value={value}
              limit={path === undefined ? 160 : 600}
              path={path === undefined ? undefined : `${path}/${pointerStep(name)}`}
            />
          </dd>
        </Fragment>
      ))}
    </dl>
  )
}
