'use client'
import { RefreshCw, WifiOff } from 'lucide-react'
import { useEffect, useState } from 'react'
import { tryNow, useConnection } from '@/components/data/connection'
import { relative } from '@/components/ui/relative-time'
import { toast } from '@/components/ui/toast'
import { useNow } from '@/components/ui/use-now'

const patienceMs = 3_000

/** While nothing can be read, a link would leave what is shown for the browser's own error page: stay, and say why. */
function useStay(away: boolean): void {
  useEffect(() => {
    if (!away) return
    const onClick = (event: MouseEvent) => {
      if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return
      if (!(event.target instanceof Element) || !event.target.closest('a[href^="/"]:not([download])')) return
      event.preventDefault()
      event.stopPropagation()
      toast('That page cannot be read now', { description: 'Holdpoint cannot be reached. What you see here stays.' })
    }
    document.addEventListener('click', onClick, { capture: true })
    return () => document.removeEventListener('click', onClick, { capture: true })
  }, [away])
}

/** Says what one may still believe of the page while Holdpoint, or only the live connection, is away. */
export function ConnectionBanner() {
  const { state, freshAt, reachable } = useConnection()
  const now = useNow()
  const away = state !== 'live' && freshAt > 0
  const [shown, setShown] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setShown(away), away ? patienceMs : 0)
    return () => clearTimeout(timer)
  }, [away])
  useStay(!reachable)
  if (!shown || !away) return null
  const Icon = reachable ? RefreshCw : WifiOff
  return (
    <section
      aria-label="Connection"
      className="flex min-h-9 flex-wrap items-center gap-x-2.5 gap-y-0.5 border-held-line border-b bg-held-soft px-4 py-1.5 text-held text-sm"
    >
      <Icon className="size-4 shrink-0" aria-hidden />
      <span className="min-w-0 flex-1" aria-live="polite">
        {reachable ? (
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
