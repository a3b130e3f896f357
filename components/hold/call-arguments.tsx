'use client'
import { Fragment } from 'react'
import { ExpandableText, firstOf, Revealed } from '@/components/action/hostile-text'
import { pointerStep } from '@/lib/kernel/pointer'
import { suggestMeaning } from '@/lib/tool/parameters'
import type { Meaning } from '@/lib/tool/tool'
import { CanonicalLine } from './canonical-line'
import { Secret } from './secret'
import { useMustOpen } from './shown'

interface ValueProps {
  readonly value: unknown
  readonly limit: number
  readonly path?: string
  readonly meaning?: Meaning
}

function Value({ value, limit, path, meaning }: ValueProps) {
  const text = typeof value === 'string' ? value : JSON.stringify(value, null, 2)
  const opened = useMustOpen(`open:${path}`, path !== undefined && firstOf(text, limit).more > 0)
  if (meaning === 'secret' && text !== '')
    return (
      <Secret path={path} text={text}>
        <Value value={value} limit={limit} path={path} />
      </Secret>
    )
  return (
    <>
      <ExpandableText text={text} limit={limit} onOpen={opened} />
      <CanonicalLine value={value} meaning={meaning} />
    </>
  )
}

interface CallProps {
  readonly params: Readonly<Record<string, unknown>>
  readonly path?: string
  /** As the catalogue has them; absent: nobody has said, and what is called like a secret is taken for one. */
  readonly meanings?: Readonly<Record<string, Meaning>>
}

const named = (name: string): Meaning | undefined => (suggestMeaning(name) === 'secret' ? 'secret' : undefined)

/** What a call would pass, name by name; long values open in place, and must have been opened where a `path` to them is given. */
export function CallArguments({ params, path, meanings }: CallProps) {
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
              meaning={meanings ? meanings[name] : named(name)}
            />
          </dd>
        </Fragment>
      ))}
    </dl>
  )
}
