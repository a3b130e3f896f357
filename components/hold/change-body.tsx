'use client'
import { useRef } from 'react'
import { ExpandableText, HostileText, Revealed } from '@/components/action/hostile-text'
import { GrantChange } from '@/components/grant/grant-change'
import { Avatar } from '@/components/person/avatar'
import { PlanChain } from '@/components/plan/plan-chain'
import { DriftDiff } from '@/components/tool/drift-note'
import { useTool } from '@/components/tool/tools'
import { cx } from '@/components/ui/cx'
import { LineDiff } from '@/components/ui/line-diff'
import { RelativeTime } from '@/components/ui/relative-time'
import { Skeleton } from '@/components/ui/skeleton'
import { CallArguments } from './call-arguments'
import type { Change } from './hold'
import { useMustOpen, useMustSee } from './shown'

/** A value as text; of a thing with a source (a policy), the source alone. */
function write(value: unknown): string {
  if (value === null || value === undefined) return ''
  if (typeof value === 'string') return value
  if (typeof value === 'object' && 'source' in value && typeof value.source === 'string') return value.source
  return JSON.stringify(value, null, 2)
}

const longText = 1_320

function Only({ text }: { text: string }) {
  const opened = useMustOpen('open:after', text.length > longText)
  return <ExpandableText text={text} limit={1_200} onOpen={opened} className="px-4 py-3 font-mono text-sm" />
}

/** What is there now and what would be, as one text where something is replaced. */
function BeforeAfter({ change }: { change: Change }) {
  const before = write(change.before)
  const after = write(change.after)
  if (before === '' && after === '') return null
  if (before === '' || after === '') return <Only text={after || before} />
  return (
    <div className="py-2">
      <LineDiff before={before} after={after} show={line => <Revealed text={line} />} />
    </div>
  )
}

/** Of a tool that is described otherwise than when somebody said what it is: what has changed. Nothing of a new one. */
function Drifted({ tool }: { tool: string }) {
  const read = useTool(tool)
  if (read.isPending) return <Skeleton className="m-4 h-16" />
  if (read.isError)
    return <p className="px-4 py-3 text-ink-2">What has changed of it cannot be read now; the form shows it again.</p>
  const { drift } = read.data
  if (!drift) return null
  return (
    <section className="border-b py-2" aria-label="What has changed">
      <h3 className="px-4 pb-1 text-ink-3 text-xs">What its source says now, and what it said before</h3>
      <DriftDiff drift={drift} />
    </section>
  )
}

/** What would be approved in advance, line by line; what is to be classified anew, by what has changed; else as text. */
function Proposed({ change, open }: { change: Change; open: boolean }) {
  if (change.kind.startsWith('grant.')) return <GrantChange after={change.after} />
  if (change.kind !== 'tool.classify') return <BeforeAfter change={change} />
  // What a tool says now was not what was decided on then.
  return open && <Drifted tool={change.subject} />
}

/** What a person wants changed: before and after, why, and the calls that wait for it. */
export function ChangeBody({ change, open }: { change: Change; open: boolean }) {
  const end = useRef<HTMLSpanElement>(null)
  useMustSee('/change', end)
  const calls = change.waiting_calls ?? []
  return (
    <div>
      {change.kind === 'plan.approve' ? <PlanChain shown={change.after} /> : <Proposed change={change} open={open} />}
      {change.reason && (
        <div className="border-t px-4 py-3">
          <HostileText text={change.reason} label="The reason, as its proposer wrote it" />
        </div>
      )}
      {calls.length > 0 && (
        <div className={cx('px-4 py-3', change.kind !== 'tool.classify' && 'border-t')}>
          <h3 className="mb-1.5 text-ink-3 text-xs">
            {calls.length} {calls.length === 1 ? 'call waits' : 'calls wait'} for this
          </h3>
          <ul className="flex flex-col gap-3">
            {calls.map(call => (
              <li key={call.action_id} className="flex flex-col gap-1.5 text-sm">
                <p className="flex items-center gap-2">
                  <Avatar name={call.agent.name} small />
                  <bdi className="min-w-0 truncate font-medium">{call.agent.name}</bdi>
                  <RelativeTime at={call.at} className="ml-auto shrink-0 text-ink-3 text-xs" />
                </p>
                <CallArguments params={call.params} />
              </li>
            ))}
          </ul>
        </div>
      )}
      {open && calls.length === 0 && change.kind === 'tool.classify' && (
        <p className="px-4 py-3 text-ink-2">
          No call waits for this any more. The next one will, until somebody has said what the tool is.
        </p>
      )}
      <span ref={end} className="block h-px" aria-hidden />
    </div>
  )
}
