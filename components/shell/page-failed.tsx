'use client'
import { ErrorState } from '@/components/ui/error-state'

/** A page that could not be drawn. What is undecided stays undecided. */
export function PageFailed({ error, reset }: { error: Error & { digest?: string }; reset: () => void }) {
  return (
    <ErrorState
      title="This page failed to draw"
      safe="Nothing was decided or changed by it. Everything that waits goes on waiting."
      reference={error.digest}
      onRetry={reset}
    />
  )
}
