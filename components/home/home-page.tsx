'use client'
import { Check, ChevronRight } from 'lucide-react'
import Link from 'next/link'
import { useMay, useMe } from '@/components/data/me'
import { HoldRing } from '@/components/hold/hold-ring'
import { useClosedHolds, useOpenHolds } from '@/components/hold/holds'
import { RiskBadge, riskReasons } from '@/components/hold/risk-badge'
import { Title } from '@/components/hold/title'
import { ButtonLink } from '@/components/ui/button'
import { cx } from '@/components/ui/cx'
import { PageHeader } from '@/components/ui/page-header'
import { RelativeTime } from '@/components/ui/relative-time'
import { Section } from '@/components/ui/section'
import { Skeleton } from '@/components/ui/skeleton'
import { StateBadge } from '@/components/ui/state-badge'
import { type Step, useChecklist } from './use-checklist'

function StepLine({ step, n, next }: { step: Step; n: number; next: boolean }) {
  return (
    <li className="flex items-start gap-3.5 px-4 py-3.5">
      <span
        className={cx(
          'num mt-0.5 flex size-6 shrink-0 items-center justify-center rounded-full border font-medium text-xs',
          step.done
            ? 'border-allowed-line bg-allowed-soft text-allowed'
            : next
              ? 'border-accent text-accent'
              : 'text-ink-3',
        )}
      >
        {step.done ? <Check className="size-3.5" aria-label="done" /> : n}
      </span>
      <div className="min-w-0 flex-1">
        <p className={cx('font-medium', step.done && 'text-ink-2')}>{step.title}</p>
        <p className="text-ink-2 text-sm">
          <Title text={step.about} />
        </p>
      </div>
      {!step.done && step.may && (
        <ButtonLink href={step.href} look={next ? 'primary' : 'neutral'} size="sm">
          {step.verb}
        </ButtonLink>
      )}
    </li>
  )
}

/** What waits for me, three at most, what ends first on top. */
function Waiting() {
  const holds = useOpenHolds({ mine: true })
  const items = holds.data?.items ?? []
  if (items.length === 0) return null
  return (
    <Section
      title="Waiting for you"
      aside={
        <Link href="/approvals" className="min-h-6 text-accent text-sm hover:underline">
          All {items.length}
        </Link>
      }
    >
      <ul className="divide-y">
        {items.slice(0, 3).map(hold => (
          <li key={hold.id} className="relative flex items-center gap-3 py-2.5 pr-4 pl-2 hover:bg-sunken/70">
            <HoldRing hold={hold} readAt={holds.dataUpdatedAt} size={28} />
            <div className="min-w-0 flex-1">
              <Link
                href={`/approvals/${hold.id}`}
                className="line-clamp-2 font-medium sm:block sm:truncate sm:[&_.inline-block]:inline after:absolute after:inset-0 focus-visible:outline-none focus-visible:after:outline-2 focus-visible:after:outline-accent focus-visible:after:-outline-offset-2"
              >
                <Title text={hold.title} />
              </Link>
              <p className="line-clamp-1 text-ink-3 text-xs">{riskReasons(hold.risk)}</p>
            </div>
            <RiskBadge risk={hold.risk} />
          </li>
        ))}
      </ul>
    </Section>
  )
}

/** What was decided last, three at most: how, and by whom. */
function Lately() {
  const items = useClosedHolds({}).data?.pages[0]?.items ?? []
  if (items.length === 0) return null
  return (
    <Section
      title="Decided lately"
      aside={
        <Link href="/approvals?status=closed" className="min-h-6 text-accent text-sm hover:underline">
          All of them
        </Link>
      }
    >
      <ul className="divide-y">
        {items.slice(0, 3).map(hold => (
          <li
            key={hold.id}
            className="relative flex flex-wrap items-center gap-x-3 gap-y-1 px-4 py-2.5 hover:bg-sunken/70"
          >
            <Link
              href={`/approvals/${hold.id}`}
              className="min-w-0 flex-1 truncate after:absolute after:inset-0 focus-visible:outline-none focus-visible:after:outline-2 focus-visible:after:outline-accent focus-visible:after:-outline-offset-2 max-sm:basis-full"
            >
              <Title text={hold.title} />
            </Link>
            <StateBadge state={hold.status} />
            <span className="text-ink-3 text-xs">
              {hold.decided_by && `${hold.decided_by.name}, `}
              <RelativeTime at={hold.decided_at ?? hold.expires_at} />
            </span>
          </li>
        ))}
      </ul>
    </Section>
  )
}

/** Home: a short checklist until the first real approval has been decided, and what waits. */
export function HomePage() {
  const me = useMe().data
  const list = useChecklist()
  const mayAudit = useMay('audit.read')
  const next = list?.steps.find(step => !step.done && step.may)
  return (
    <div className="mx-auto flex max-w-2xl flex-col gap-6">
      <PageHeader
        title={me ? `Hello, ${me.name.split(' ')[0]}` : 'Home'}
        about="Agents ask here before they do what matters. People decide, and it is on record."
      />
      <Waiting />
      {list?.done && <Lately />}
      {list === null ? (
        <Skeleton className="h-64 w-full rounded-lg" />
      ) : list.done ? (
        <Section title="Where to go">
          <ul className="divide-y">
            {[
              { href: '/agents', text: 'Agents and what they may do' },
              { href: '/tools', text: 'Tools and what they do' },
              { href: '/policies', text: 'The rules that decide' },
              ...(mayAudit ? [{ href: '/audit', text: 'Everything that happened' }] : []),
            ].map(one => (
              <li key={one.href}>
                <Link
                  href={one.href}
                  className="flex items-center justify-between px-4 py-3 hover:bg-sunken/70 focus-visible:-outline-offset-2"
                >
                  {one.text} <ChevronRight className="size-4 text-ink-3" aria-hidden />
                </Link>
              </li>
            ))}
          </ul>
        </Section>
      ) : (
        <Section title="The first ten minutes">
          <ol className="divide-y">
            {list.steps.map((step, i) => (
              <StepLine key={step.id} step={step} n={i + 1} next={step === next} />
            ))}
          </ol>
        </Section>
      )}
    </div>
  )
}
