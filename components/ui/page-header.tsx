import type { ReactNode } from 'react'

/** The title of a page, one line about it, its state and its two or three verbs. */
export function PageHeader({
  title,
  about,
  state,
  actions,
  above,
}: {
  title: ReactNode
  about?: ReactNode
  state?: ReactNode
  actions?: ReactNode
  above?: ReactNode
}) {
  return (
    <header className="flex flex-col gap-1">
      {above && <div className="text-ink-3 text-xs">{above}</div>}
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <h1 className="min-w-0 font-semibold text-xl tracking-tight">{title}</h1>
        {state}
        {actions && <div className="ml-auto flex flex-wrap items-center gap-2">{actions}</div>}
      </div>
      {about && <p className="max-w-3xl text-ink-2 text-sm">{about}</p>}
    </header>
  )
}
