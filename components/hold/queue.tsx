'use client'
import { ArrowUp, Inbox } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { Fragment, useRef, useState } from 'react'
import { Answer } from '@/components/data/answer'
import { useMe } from '@/components/data/me'
import { ButtonLink } from '@/components/ui/button'
import { CopyId } from '@/components/ui/copy-id'
import { EmptyState } from '@/components/ui/empty-state'
import { toast } from '@/components/ui/toast'
import { useShortcuts } from '@/components/ui/use-shortcuts'
import { isDoubted } from '@/lib/gate/risk'
import { grouped } from '@/lib/hold/alike'
import { AlikeRow } from './alike-row'
import { BatchBar } from './batch-bar'
import { classOf } from './hold'
import { useOpenHolds } from './holds'
import { KeyLegend } from './key-legend'
import { useQueueFilters } from './queue-filters'
import { QueueRow } from './queue-row'
import { useAtRest } from './use-at-rest'
import { useSettled } from './use-settled'

function Nothing({ filtered, mine, others }: { filtered: boolean; mine: boolean; others: number }) {
  if (filtered) return <EmptyState icon={Inbox} title="No approval matches these filters" />
  if (mine && others > 0) {
    return (
      <EmptyState
        icon={Inbox}
        title="Nothing waits for you"
        action={<ButtonLink href="/approvals?who=all">See all {others} open</ButtonLink>}
      >
        What is open now is for other people to decide.
      </EmptyState>
    )
  }
  return (
    <EmptyState
      icon={Inbox}
      title="Nothing waits"
      action={<ButtonLink href="/agents/connect">Connect an agent</ButtonLink>}
    >
      When an agent wants to do something that a rule stops for people, it appears here at once. To replay recorded runs
      through the gate:
      <span className="mt-2 flex justify-center">
        <CopyId value="npm run replay -- FILE" className="rounded-md border bg-surface px-2.5 py-1" />
      </span>
    </EmptyState>
  )
}

/** What is open, in the order in which it expires or hurts; it never moves under the hand. */
export function Queue({ onSearch }: { onSearch: () => void }) {
  const router = useRouter()
  const { who, q, risk, agent, tool, filtered } = useQueueFilters()
  const others = useMe().data?.counts.open_holds ?? 0
  const holds = useOpenHolds({
    mine: who === 'mine',
    q,
    risk: risk ?? undefined,
    agent: agent ?? undefined,
    tool: tool ?? undefined,
  })
  const frame = useRef<HTMLDivElement>(null)
  const [selected, setSelected] = useState<readonly string[]>([])
  const [currentId, setCurrentId] = useState<string | null>(null)
  const quiet = useAtRest(frame)
  const identity = JSON.stringify([who, q, risk, agent, tool])
  const { drawn, waiting, letIn } = useSettled(
    holds.isPlaceholderData ? undefined : holds.data?.items,
    quiet && selected.length === 0,
    identity,
  )
  const [opened, setOpened] = useState<readonly string[]>([])
  const rows = grouped(drawn, ({ hold }) => ({ ...hold, doubted: isDoubted(hold.risk) }))
  const visible = rows.flatMap(row => (row.group === null || opened.includes(row.group) ? row.all : [row.first]))
  const at = visible.findIndex(one => one.hold.id === currentId)
  const current = visible[at]?.hold
  const chosen = drawn.filter(one => selected.includes(one.hold.id) && !one.gone).map(one => one.hold)

  const move = (by: number) => {
    const next = visible[Math.min(visible.length - 1, Math.max(0, at === -1 ? 0 : at + by))]?.hold
    if (!next) return
    setCurrentId(next.id)
    frame.current?.querySelector(`[data-hold="${next.id}"]`)?.scrollIntoView({ block: 'nearest' })
  }
  const open = (verb?: string) => {
    if (current) router.push(`/approvals/${current.id}${verb ? `?focus=${verb}` : ''}`)
  }
  const select = (id: string) => {
    const hold = drawn.find(one => one.hold.id === id)?.hold
    if (!hold) return
    const [first] = chosen
    if (selected.includes(id)) setSelected(selected.filter(one => one !== id))
    else if (classOf(hold) === null)
      toast(hold.kind === 'action' ? 'What is of high risk is decided on its own' : 'Changes are decided one by one')
    else if (first && classOf(first) !== classOf(hold))
      toast('Only one class of action together', {
        description: 'The same agent, tool, operation, environment and number of people.',
      })
    else setSelected([...selected, id])
  }
  useShortcuts({
    j: () => move(1),
    k: () => move(-1),
    down: () => move(1),
    up: () => move(-1),
    enter: () => open(),
    a: () => open('approve'),
    r: () => open('reject'),
    e: () => open('edit'),
    '?': () => open('ask'),
    x: () => current && select(current.id),
    '/': onSearch,
    '.': letIn,
    esc: () => (selected.length > 0 ? setSelected([]) : setCurrentId(null)),
  })

  const row = ({ hold, gone }: (typeof drawn)[number]) => (
    <QueueRow
      key={hold.id}
      hold={hold}
      gone={gone}
      readAt={holds.dataUpdatedAt}
      current={hold.id === currentId}
      selected={selected.includes(hold.id)}
      onSelect={hold.may_decide && classOf(hold) !== null ? () => select(hold.id) : null}
      onPoint={() => setCurrentId(hold.id)}
    />
  )

  return (
    <div ref={frame} className="flex flex-col gap-3">
      <div aria-live="polite" className="contents">
        {waiting > 0 && (
          <button
            type="button"
            onClick={letIn}
            // Over the list, not before it: nothing moves when it comes.
            className="sticky top-14 z-20 -mt-4 -mb-7 inline-flex h-11 animate-rise items-center gap-1.5 self-center rounded-full border border-accent bg-raised px-3.5 font-medium text-accent text-sm shadow-float sm:h-8"
          >
            <ArrowUp className="size-4" aria-hidden />
            {waiting} new
          </button>
        )}
      </div>
      <Answer query={holds}>
        {() =>
          drawn.length === 0 && waiting === 0 ? (
            <div className="rounded-lg border bg-surface">
              <Nothing filtered={filtered} mine={who === 'mine'} others={others} />
            </div>
          ) : (
            <ol aria-label="Open approvals" className="divide-y overflow-hidden rounded-lg border bg-surface">
              {rows.map(({ group, first, all }) => {
                if (group === null) return row(first)
                const open = opened.includes(group)
                return (
                  <Fragment key={group}>
                    {row(first)}
                    <AlikeRow
                      hold={first.hold}
                      more={all.length - 1}
                      open={open}
                      onToggle={() => setOpened(open ? opened.filter(one => one !== group) : [...opened, group])}
                    />
                    {open && all.slice(1).map(row)}
                  </Fragment>
                )
              })}
            </ol>
          )
        }
      </Answer>
      {holds.data?.next_cursor && (
        <p className="text-center text-ink-2 text-sm">
          These are the first {drawn.length}: what expires or hurts first. The others follow as these are decided;
          search and filters reach all of them.
        </p>
      )}
      {drawn.length > 0 && <KeyLegend />}
      {chosen.length > 0 && <BatchBar holds={chosen} onClear={() => setSelected([])} />}
    </div>
  )
}
