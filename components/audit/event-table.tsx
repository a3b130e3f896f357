'use client'
import { useVirtualizer } from '@tanstack/react-virtual'
import { useRef, useState } from 'react'
import { CopyId } from '@/components/ui/copy-id'
import { cx } from '@/components/ui/cx'
import { RelativeTime } from '@/components/ui/relative-time'
import { eventWords } from '@/lib/audit/event-words'
import { exactJson } from '@/lib/kernel/exact-json'
import { inert } from '@/lib/tool/sentence'
import type { LoggedEvent } from './event'

const columns =
  'grid grid-cols-[64px_minmax(0,1fr)_88px] items-center gap-3 sm:grid-cols-[72px_minmax(0,1.1fr)_144px_minmax(0,1fr)_96px] xl:grid-cols-[72px_300px_160px_minmax(0,1fr)_96px]'

/** Ids of one day begin alike: their kind and their end tell them apart. */
const shortId = (id: string) => (id.length > 16 ? `${id.slice(0, id.indexOf('_') + 1)}…${id.slice(-6)}` : id)

/** What it is about, by name or by the end of its id; pressed, the log shows what else happened to it. */
function Subjects({ event, onSubject }: { event: LoggedEvent; onSubject: (id: string) => void }) {
  return event.subjects.slice(0, 3).map(({ id, name }) => (
    <button
      key={id}
      type="button"
      title={id}
      onClick={() => onSubject(id)}
      className="min-h-6 max-w-full truncate rounded-sm border px-1.5 text-ink-2 text-xs hover:border-line-strong"
    >
      <bdi>{name ? inert(name) : shortId(id)}</bdi>
    </button>
  ))
}

function EventRow({ event, onSubject }: { event: LoggedEvent; onSubject: (id: string) => void }) {
  const [open, setOpen] = useState(false)
  return (
    <div className="border-b last:border-b-0">
      <div className={cx(columns, 'min-h-9 px-3 py-1 hover:bg-sunken/60')}>
        <span className="num font-mono text-ink-3 text-xs">{event.seq ?? '…'}</span>
        <button
          type="button"
          aria-expanded={open}
          onClick={() => setOpen(!open)}
          className="group/type flex min-h-6 min-w-0 flex-wrap items-baseline gap-x-2 text-left"
        >
          <span className="text-sm group-hover/type:underline">{eventWords(event.type)}</span>
          <code className="font-mono text-2xs text-ink-3">{event.type}</code>
          <bdi className="w-full truncate text-ink-2 text-xs sm:hidden">{inert(event.by.name ?? event.by.id)}</bdi>
        </button>
        <span className="truncate text-ink-2 text-sm max-sm:hidden">
          <bdi>{inert(event.by.name ?? event.by.id)}</bdi>
        </span>
        <span className="flex min-w-0 flex-wrap gap-x-2 gap-y-1 max-sm:hidden">
          <Subjects event={event} onSubject={onSubject} />
        </span>
        <RelativeTime at={event.at} className="truncate text-right text-ink-3 text-xs" />
      </div>
      {open && (
        <div className="flex flex-col gap-2 border-t bg-sunken px-3 py-2.5">
          <span className="flex flex-wrap gap-2 sm:hidden">
            <Subjects event={event} onSubject={onSubject} />
          </span>
          <pre className="overflow-x-auto whitespace-pre-wrap font-mono text-xs [overflow-wrap:anywhere]">
            {exactJson(event.data)}
          </pre>
          <span className="flex flex-wrap gap-x-4 gap-y-1">
            <CopyId value={event.id} />
            {event.leaf && <CopyId value={event.leaf} short />}
          </span>
        </div>
      )}
    </div>
  )
}

/** Entries as rows; past a hundred only those in view exist. */
export function EventTable({ events, onSubject }: { events: readonly LoggedEvent[]; onSubject: (id: string) => void }) {
  const frame = useRef<HTMLDivElement>(null)
  const many = events.length > 100
  const rows = useVirtualizer({
    count: events.length,
    getScrollElement: () => frame.current,
    estimateSize: () => 45,
    overscan: 12,
    enabled: many,
    getItemKey: i => events[i]?.id ?? i,
  })
  return (
    <section
      ref={frame}
      aria-label="Log"
      className={cx('overflow-y-auto rounded-lg border bg-surface', many && 'max-h-[68vh]')}
    >
      <div className={cx(columns, 'sticky top-0 z-10 h-9 border-b bg-surface px-3 font-medium text-ink-3 text-xs')}>
        <span>No.</span>
        <span>What</span>
        <span className="max-sm:hidden">Who</span>
        <span className="max-sm:hidden">About</span>
        <span className="text-right">When</span>
      </div>
      {many ? (
        <div className="relative" style={{ height: rows.getTotalSize() }}>
          {rows.getVirtualItems().map(row => {
            const event = events[row.index]
            return (
              event && (
                <div
                  key={row.key}
                  ref={rows.measureElement}
                  data-index={row.index}
                  className="absolute inset-x-0 top-0"
                  style={{ transform: `translateY(${row.start}px)` }}
                >
                  <EventRow event={event} onSubject={onSubject} />
                </div>
              )
            )
          })}
        </div>
      ) : (
        events.map(event => <EventRow key={event.id} event={event} onSubject={onSubject} />)
      )}
    </section>
  )
}
