import { cx } from './cx'
import { type ShareTone, shares } from './shares'

export interface Share {
  readonly label: string
  readonly count: number
  readonly tone: ShareTone
}

const fills: Readonly<Record<ShareTone, string>> = {
  held: 'bg-held',
  allowed: 'bg-allowed',
  narrowed: 'bg-accent',
  denied: 'bg-denied',
  contained: 'bg-contained',
  neutral: 'bg-line-strong',
}

/** Parts of a whole as one bar, and the same in words and numbers beneath, in the same order: readable without colour. */
export function ShareBar({ parts, label }: { parts: readonly Share[]; label: string }) {
  const shown = shares(parts)
  return (
    <figure aria-label={label} className="flex flex-col gap-3">
      <div className="flex h-2.5 gap-0.5 overflow-hidden rounded-full" aria-hidden>
        {shown.map(one => (
          <span key={one.label} className={cx('min-w-1', fills[one.tone])} style={{ flexGrow: one.count }} />
        ))}
      </div>
      <dl className="flex flex-wrap gap-x-8 gap-y-2">
        {shown.map(one => (
          <div key={one.label} className="flex flex-col-reverse">
            <dt className="flex items-center gap-1.5 text-ink-3 text-xs">
              <span className={cx('size-2 rounded-full', fills[one.tone])} aria-hidden />
              {one.label}
            </dt>
            <dd className="num font-semibold text-lg">
              {one.count.toLocaleString('en')} <span className="font-normal text-ink-3 text-xs">{one.percent}</span>
            </dd>
          </div>
        ))}
      </dl>
    </figure>
  )
}
