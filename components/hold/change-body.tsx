'use client'
import { useRef } from 'react'
import { ExpandableText, HostileText } from '@/components/action/hostile-text'
import { Avatar } from '@/components/person/avatar'
import { RelativeTime } from '@/components/ui/relative-time'
import type { Change } from './hold'
import { useMustOpen, useMustSee } from './shown'

function write(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value, null, 2)
}

function Side({ title, value, id }: { title: string; value: unknown; id: string }) {
  const text = value === null || value === undefined ? '' : write(value)
  const opened = useMustOpen(`open:${id}`, text.length > 1_320)
  return (
    <div className="min-w-0 px-4 py-3">
      <h3 className="mb-1 text-ink-3 text-xs">{title}</h3>
      {text === '' ? (
        <p className="text-ink-3 italic">nothing</p>
      ) : (
        <ExpandableText text={text} limit={1_200} onOpen={opened} className="font-mono text-sm" />
      )}
    </div>
  )
}

/** What a person wants changed: before and after, why, and the calls that wait for it. */
export function ChangeBody({ change }: { change: Change }) {
  const end = useRef<HTMLSpanElement>(null)
  useMustSee('/change', end)
  const calls = change.waiting_calls ?? []
  return (
    <div>
      {(change.before !== null || change.after !== null) && (
        <div className="grid divide-y md:grid-cols-2 md:divide-x md:divide-y-0">
          <Side title="As it is" value={change.before} id="before" />
          <Side title="As it would be" value={change.after} id="after" />
        </div>
      )}
      {change.reason && (
        <div className="border-t px-4 py-3">
          <HostileText text={change.reason} label="The reason, as its proposer wrote it" />
        </div>
      )}
      {calls.length > 0 && (
        <div className="border-t px-4 py-3">
          <h3 className="mb-1.5 text-ink-3 text-xs">
            {calls.length} {calls.length === 1 ? 'call waits' : 'calls wait'} for this
          </h3>
          <ul className="flex flex-col gap-1.5">
            {calls.map(call => (
              <li key={call.action_id} className="flex items-start gap-2 text-sm">
                <Avatar name={call.agent.name} small />
                <bdi className="shrink-0">{call.agent.name}</bdi>
                <ExpandableText
                  text={JSON.stringify(call.params)}
                  limit={160}
                  className="min-w-0 flex-1 font-mono text-ink-2 text-xs"
                />
                <RelativeTime at={call.at} className="shrink-0 text-ink-3 text-xs" />
              </li>
            ))}
          </ul>
        </div>
      )}
      <span ref={end} className="block h-px" aria-hidden />
    </div>
  )
}
