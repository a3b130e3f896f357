'use client'
import { ErrorState } from '@/components/ui/error-state'

export default function PageError({ error, reset }: { error: Error & { digest?: string }; reset: () => void }) {
  return (
    <ErrorState
      title="This page failed to draw"
      safe="Nothing was decided or changed by it. Everything that waits goes on waiting."
      reference={error.digest}
      onRetry={reset}
    />
  )
}
