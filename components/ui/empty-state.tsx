import type { LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'

/** Nothing here, and what to do next. */
export function EmptyState({
  icon: Icon,
  title,
  children,
  action,
}: {
  icon?: LucideIcon
  title: ReactNode
  children?: ReactNode
  action?: ReactNode
}) {
  return (
    <div className="flex flex-col items-center gap-2 px-6 py-14 text-center">
      {Icon && (
        <span className="mb-1 flex size-10 items-center justify-center rounded-full border bg-surface text-ink-3">
          <Icon className="size-5" strokeWidth={1.75} aria-hidden />
        </span>
      )}
      <div className="font-medium text-base">{title}</div>
      {children && <div className="max-w-md text-ink-2 text-sm">{children}</div>}
      {action && <div className="mt-2 flex flex-wrap justify-center gap-2">{action}</div>}
    </div>
  )
}
