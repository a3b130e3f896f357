'use client'
import { Hourglass } from 'lucide-react'
import { said } from '@/components/data/answer'
import { Button } from '@/components/ui/button'
import { Menu, MenuItem } from '@/components/ui/dropdown-menu'
import { clockTime } from '@/components/ui/relative-time'
import { toast } from '@/components/ui/toast'
import { useNow } from '@/components/ui/use-now'
import type { HoldDetail } from './hold'
import { useExtend } from './holds'

const hour = 3_600_000
const steps = [
  { words: 'One hour more', ms: hour },
  { words: 'Four hours more', ms: 4 * hour },
  { words: 'One day more', ms: 24 * hour },
] as const

/** Gives it more time, as far as rules allow; absent where they allow none. */
export function MoreTime({ hold }: { hold: HoldDetail }) {
  const now = useNow()
  const extend = useExtend(hold.id)
  const latest = hold.extendable_until ? Date.parse(hold.extendable_until) : 0
  const ends = Date.parse(hold.expires_at)
  if (!now || latest <= ends || hold.frozen_at) return null
  const choices = [
    ...steps.map(({ words, ms }) => ({ words, until: ends + ms })).filter(one => one.until < latest),
    { words: 'As long as it may wait', until: latest },
  ]
  const give = (until: number) =>
    extend.mutate(
      { until: new Date(until).toISOString() },
      {
        onSuccess: () => toast('It waits longer', { description: `Until ${clockTime(until, now)}.` }),
        onError: error => toast(said(error).title, { description: said(error).detail }),
      },
    )
  return (
    <Menu
      align="start"
      trigger={
        <Button look="quiet" size="sm" busy={extend.isPending}>
          <Hourglass aria-hidden /> More time…
        </Button>
      }
    >
      {choices.map(({ words, until }) => (
        <MenuItem key={words} onSelect={() => give(until)}>
          {words}
          <span className="num ml-auto pl-4 text-ink-3 text-xs">until {clockTime(until, now)}</span>
        </MenuItem>
      ))}
    </Menu>
  )
}
