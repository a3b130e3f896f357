'use client'
import { Check, CircleDashed, X } from 'lucide-react'
import { clockTime } from '@/components/ui/relative-time'
import { useNow } from '@/components/ui/use-now'
import type { HoldDetail } from './hold'

/** One line each: if you approve, if you reject, if nobody decides. */
export function Consequences({ hold }: { hold: HoldDetail }) {
  const now = useNow()
  const until = now ? clockTime(hold.expires_at, now) : ''
  const lines = [
    ...(hold.frozen_at
      ? []
      : [
          {
            icon: Check,
            colour: 'text-allowed',
            lead: hold.change?.kind === 'tool.classify' ? 'If you say what it is…' : 'If you approve…',
            text: hold.if.approve,
          },
        ]),
    { icon: X, colour: 'text-denied', lead: 'If you reject…', text: hold.if.reject },
    {
      icon: CircleDashed,
      colour: 'text-ink-3',
      lead: hold.frozen_at ? 'While it is frozen…' : `If nobody decides until ${until}…`,
      text: hold.frozen_at ? 'The clock stands still.' : hold.if.expire,
    },
  ]
  return (
    <ul className="flex flex-col gap-1.5 text-sm">
      {lines.map(({ icon: Icon, colour, lead, text }) => (
        <li key={lead} className="flex gap-2">
          <Icon className={`mt-0.5 size-4 shrink-0 ${colour}`} aria-hidden />
          <span>
            <strong className="font-medium">{lead}</strong> <span className="text-ink-2">{text}</span>
          </span>
        </li>
      ))}
    </ul>
  )
}
