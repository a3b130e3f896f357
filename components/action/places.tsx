'use client'
import { memo } from 'react'
import { inspect } from '@/lib/kernel/inspect-text'

const mostShown = 5

/**
 * Says where a text leads when that is not what the eye reads: something before an @, foreign letters, a script in an
 * address. Says nothing of an ordinary address.
 */
export const Places = memo(function Places({ text }: { text: string }) {
  const { places, active } = inspect(text)
  const odd = places.filter(one => one.disguised || !one.written.toLowerCase().includes(one.host))
  if (odd.length === 0 && active.length === 0) return null
  return (
    <ul className="mt-1 flex flex-col gap-0.5 text-ink-2 text-xs">
      {odd.slice(0, mostShown).map(one => (
        <li key={one.written}>
          An address in this text leads to{' '}
          <bdi dir="ltr" className="font-mono [overflow-wrap:anywhere]">
            <strong className="rounded-sm bg-held-soft px-0.5 font-semibold text-held">{one.host}</strong>
          </bdi>
          {one.disguised && ', and is written to look otherwise'}
        </li>
      ))}
      {odd.length > mostShown && <li>and {odd.length - mostShown} more such addresses</li>}
      {active.map(scheme => (
        <li key={scheme}>
          This text holds a <span className="font-mono">{scheme}:</span> address, which carries code or content itself
        </li>
      ))}
    </ul>
  )
})
