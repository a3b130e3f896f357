'use client'
import { ArrowUp, UserRound } from 'lucide-react'
import Link from 'next/link'
import { memo } from 'react'
import { Avatars } from '@/components/person/avatar'
import { Badge } from '@/components/ui/badge'
import { Checkbox } from '@/components/ui/checkbox'
import { cx } from '@/components/ui/cx'
import { RelativeTime } from '@/components/ui/relative-time'
import { inert } from '@/lib/tool/sentence'
import { ApprovalsIn } from './approvals-in'
import type { HoldItem } from './hold'
import { HoldRing } from './hold-ring'
import { RiskBadge, riskReasons } from './risk-badge'
import { Title } from './title'

interface QueueRowProps {
  readonly hold: HoldItem
  readonly gone: boolean
  readonly readAt: number
  readonly current: boolean
  readonly selected: boolean
  readonly onSelect: (() => void) | null
  readonly onPoint: () => void
}

/** One approval that waits: what would happen, who asks, how risky, how far, how long. */
export const QueueRow = memo(function QueueRow({
  hold,
  gone,
  readAt,
  current,
  selected,
  onSelect,
  onPoint,
}: QueueRowProps) {
  return (
    <li
      data-hold={hold.id}
      onPointerDown={onPoint}
      className={cx(
        'relative flex items-start gap-3 px-3 py-3 transition-colors duration-100 hover:bg-sunken/70 sm:items-center sm:px-4',
        current && 'bg-sunken before:absolute before:inset-y-0 before:left-0 before:w-0.5 before:bg-accent',
        gone && 'opacity-55',
      )}
    >
      <span className="relative z-10 -ml-1 hidden w-6 shrink-0 sm:inline-flex">
        {onSelect && (
          <Checkbox checked={selected} onChange={onSelect} label={`Select: ${hold.title}`} disabled={gone} />
        )}
      </span>
      <HoldRing hold={hold} readAt={readAt} />
      <div className="min-w-0 flex-1">
        <Link
          href={`/approvals/${hold.id}`}
          prefetch={false}
          aria-current={current || undefined}
          className="line-clamp-2 font-medium text-lg after:absolute after:inset-0 focus-visible:outline-none focus-visible:after:outline-2 focus-visible:after:outline-accent focus-visible:after:-outline-offset-2 sm:block sm:truncate sm:text-base sm:[&_.inline-block]:inline"
        >
          <Title text={hold.title} />
        </Link>
        <div className="mt-0.5 flex flex-wrap items-center gap-x-2 gap-y-1 text-ink-3 text-xs">
          {hold.agent ? (
            <span className="truncate text-ink-2">
              <bdi>{hold.agent.name}</bdi>
              {hold.owner && <span className="text-ink-3"> · {hold.owner.name}</span>}
            </span>
          ) : (
            <span className="text-ink-2">Change</span>
          )}
          {hold.tool && <code className="hidden truncate font-mono sm:inline">{inert(hold.tool)}</code>}
          <RelativeTime at={hold.opened_at} className="max-sm:hidden" />
        </div>
        <div className="mt-1.5 flex flex-wrap items-center gap-x-2 gap-y-1 lg:hidden">
          <RiskBadge risk={hold.risk} />
          <ApprovalsIn {...hold.approvals} />
          <span className="line-clamp-1 text-ink-3 text-xs">{riskReasons(hold.risk, 2)}</span>
        </div>
      </div>
      <div className="hidden w-72 shrink-0 flex-col items-start gap-0.5 lg:flex">
        <RiskBadge risk={hold.risk} />
        <span className="line-clamp-1 text-ink-3 text-xs" title={riskReasons(hold.risk, 9)}>
          {riskReasons(hold.risk)}
        </span>
      </div>
      <div className="hidden w-36 shrink-0 flex-col items-end gap-1 sm:flex">
        <span className="flex items-center gap-2">
          <Avatars people={hold.looking} label="Looking now" />
          {gone ? (
            <Badge>No longer open</Badge>
          ) : (
            <span className="max-lg:hidden">
              <ApprovalsIn {...hold.approvals} />
            </span>
          )}
        </span>
        <span className="flex items-center gap-1.5 text-ink-3 text-xs">
          {hold.level > 0 && (
            <span className="inline-flex items-center gap-0.5 text-held">
              <ArrowUp className="size-3" aria-hidden />
              level {hold.level}
            </span>
          )}
          {hold.self && (
            <span className="inline-flex items-center gap-0.5">
              <UserRound className="size-3" aria-hidden />
              self
            </span>
          )}
          {!hold.may_decide && !gone && 'not yours to decide'}
        </span>
      </div>
    </li>
  )
})
