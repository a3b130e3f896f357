import { CircleAlert } from 'lucide-react'
import { Button } from './button'

/** What happened, what is safe, what to do. */
export function ErrorState({
  title,
  safe,
  detail,
  reference,
  onRetry,
}: {
  title: string
  safe?: string
  detail?: string
  reference?: string
  onRetry?: () => void
}) {
  return (
    <div role="alert" className="mx-auto flex max-w-lg flex-col items-start gap-2 px-6 py-12">
      <p className="flex items-center gap-2 font-medium text-base">
        <CircleAlert className="size-4 text-denied" aria-hidden />
        {title}
      </p>
      {detail && <p className="text-ink-2 text-sm">{detail}</p>}
      {safe && <p className="text-ink-2 text-sm">{safe}</p>}
      <div className="mt-2 flex items-center gap-3">
        {onRetry && (
          <Button size="sm" onClick={onRetry}>
            Try again
          </Button>
        )}
        {reference && <code className="font-mono text-ink-3 text-xs">{reference}</code>}
      </div>
    </div>
  )
}
