'use client'
import { RefreshCw, WifiOff } from 'lucide-react'
import { useEffect, useState } from 'react'
import { tryNow, useConnection } from '@/components/data/connection'
import { relative } from '@/components/ui/relative-time'
import { useNow } from '@/components/ui/use-now'

const patienceMs = 3_000
/** Read again within this time: only the live connection is away, what is shown is not. */
const recentMs = 12_000

/** Says what one may still believe of the page while Holdpoint, or only the live connection, is away. */
export function ConnectionBanner() {
  const { state, freshAt } = useConnection()
  const now = useNow()
  const away = state !== 'live' && freshAt > 0
  const [shown, setShown] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setShown(away), away ? patienceMs : 0)
    return () => clearTimeout(timer)
  }, [away])
  if (!shown || !away) return null
  const polling = now - freshAt < recentMs
  const Icon = polling ? RefreshCw : WifiOff
  return (
    <section
      aria-label="Connection"
      className="flex min-h-9 flex-wrap items-center gap-x-2.5 gap-y-0.5 border-held-line border-b bg-held-soft px-4 py-1.5 text-held text-sm"
    >
      <Icon className="size-4 shrink-0" aria-hidden />
      <span className="min-w-0 flex-1" aria-live="polite">
        {polling ? (
          'The live connection is away. This page looks again every few seconds by itself.'
        ) : (
          <>
            <strong className="font-semibold">Holdpoint cannot be reached.</strong> What you see is from{' '}
            {relative(freshAt, now)}. Agents get no permission without a decision, so what waits goes on waiting.
          </>
        )}
      </span>
      <button type="button" onClick={tryNow} className="min-h-6 shrink-0 font-medium underline underline-offset-2">
        Try now
      </button>
    </section>
  )
}
