'use client'
import { Radio, RefreshCw, WifiOff } from 'lucide-react'
import { useConnection } from '@/components/data/connection'
import { cx } from '@/components/ui/cx'
import { relative } from '@/components/ui/relative-time'
import { useNow } from '@/components/ui/use-now'

const looks = {
  live: { icon: Radio, word: 'Live', colour: 'text-ink-3' },
  reconnecting: { icon: RefreshCw, word: 'Reconnecting', colour: 'text-held' },
  offline: { icon: WifiOff, word: 'Offline', colour: 'text-denied' },
} as const

/** Whether what is shown follows what happens, and if not, how old it is. */
export function ConnectionBadge() {
  const { state, freshAt } = useConnection()
  const now = useNow()
  const { icon: Icon, word, colour } = looks[state]
  const age = state !== 'live' && freshAt > 0 && now > 0 ? `, shown as of ${relative(freshAt, now)}` : ''
  return (
    <span
      role="status"
      className={cx('inline-flex items-center gap-1.5 whitespace-nowrap text-xs', colour)}
      title={`${word}${age}`}
    >
      <Icon className="size-3.5" aria-hidden />
      <span className={state === 'live' ? 'max-md:sr-only' : 'max-md:sr-only'}>
        {word}
        <span className="max-lg:sr-only">{age}</span>
      </span>
    </span>
  )
}
