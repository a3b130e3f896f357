import { cx } from './cx'
import { InOrder } from './in-order'

/** The shape of what is coming. */
export function Skeleton({ className }: { className?: string }) {
  return <span aria-hidden className={cx('block animate-pulse rounded-sm bg-line', className)} />
}

/** The shape of a list that is coming. */
export function SkeletonRows({ rows = 5 }: { rows?: number }) {
  return (
    <div role="status" aria-label="Loading" className="divide-y rounded-lg border bg-surface">
      <InOrder
        of={Array.from({ length: rows })}
        draw={() => (
          <div className="flex items-center gap-4 px-4 py-4">
            <Skeleton className="size-8 rounded-full" />
            <span className="flex-1 space-y-2">
              <Skeleton className="h-3.5 w-2/5" />
              <Skeleton className="h-3 w-3/5" />
            </span>
            <Skeleton className="hidden h-3 w-24 sm:block" />
          </div>
        )}
      />
    </div>
  )
}
