'use client'
import Link from 'next/link'
import { useState } from 'react'
import { Answer } from '@/components/data/answer'
import { useSubmit } from '@/components/data/use-submit'
import { Badge } from '@/components/ui/badge'
import { Button } from '@/components/ui/button'
import { ReasonDialog } from '@/components/ui/reason-dialog'
import { RelativeTime } from '@/components/ui/relative-time'
import { toast } from '@/components/ui/toast'
import { type ApprovalPolicyItem, restore, retire, useApprovalPolicy } from './approval-policies'

/** The stages in words, in order. */
function Stages({ policy }: { policy: Pick<ApprovalPolicyItem, 'stages' | 'sentences'> }) {
  return (
    <ol className="flex flex-col gap-1 text-sm">
      {policy.stages.map((stage, at) => (
        <li key={stage.label} className="flex gap-2">
          <span className="num shrink-0 text-ink-3">{at + 1}.</span>
          <span className="min-w-0">
            <span className="font-medium">{stage.label}</span>: {policy.sentences[at]}
          </span>
        </li>
      ))}
    </ol>
  )
}

/** What it was before, newest first. */
function Versions({ name }: { name: string }) {
  const [open, setOpen] = useState(false)
  const detail = useApprovalPolicy(name, open)
  return (
    <details className="text-sm" onToggle={event => setOpen(event.currentTarget.open)}>
      <summary className="cursor-default py-3.5 text-ink-2 text-xs sm:py-1">Versions</summary>
      {open && (
        <Answer query={detail}>
          {found => (
            <ul className="mt-2 flex flex-col gap-3">
              {found.versions.map(version => (
                <li key={version.version} className="flex flex-col gap-1">
                  <p className="text-ink-3 text-xs">
                    Version {version.version}, <RelativeTime at={version.published_at} />, agreed to by{' '}
                    {version.published_by.name}
                    {version.note && `: ${version.note}`}
                  </p>
                  <Stages policy={version} />
                </li>
              ))}
            </ul>
          )}
        </Answer>
      )}
    </details>
  )
}

/** Retires one, or takes that back. */
function Standing({ policy, onClose }: { policy: ApprovalPolicyItem; onClose: () => void }) {
  const { retired } = policy
  const send = useSubmit(
    (reason: string) => (retired ? restore(policy) : retire(policy, reason)),
    () => {
      toast(retired ? 'Restored' : 'Retired')
      onClose()
    },
  )
  return (
    <ReasonDialog
      title={`${retired ? 'Restore' : 'Retire'} ${policy.title}`}
      description={
        retired
          ? 'Rules may name it again, as it was. Publishing such a rule takes two people.'
          : 'Rules may name it no more. Its versions stay, what waits by it goes on, and it can be restored.'
      }
      verb={retired ? 'Restore' : 'Retire'}
      look={retired ? 'primary' : 'deny'}
      withoutReason={retired !== null}
      busy={send.busy}
      problem={send.general}
      onSend={reason => void send.run(reason)}
      onClose={onClose}
    />
  )
}

/** One approval policy. `onChange` is absent for whoever may only look. */
export function PolicyCard({ policy, onChange }: { policy: ApprovalPolicyItem; onChange: (() => void) | undefined }) {
  const [asking, setAsking] = useState(false)
  const { retired } = policy
  return (
    <li className="flex flex-col gap-2.5 rounded-lg border bg-surface px-4 py-3">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <h2 className="min-w-0 font-semibold">{policy.title}</h2>
        <code className="font-mono text-ink-3 text-xs">{policy.name}</code>
        <Badge tone="neutral">{retired ? 'Retired' : `Version ${policy.version}`}</Badge>
        {onChange && (
          <span className="ml-auto flex gap-2">
            <Button size="sm" look={retired ? 'neutral' : 'quiet'} onClick={() => setAsking(true)}>
              {retired ? 'Restore' : 'Retire'}
              <span className="sr-only"> {policy.title}</span>
            </Button>
            {!retired && (
              <Button size="sm" onClick={onChange}>
                Change<span className="sr-only"> {policy.title}</span>
              </Button>
            )}
          </span>
        )}
      </div>
      <Stages policy={policy} />
      {retired && (
        <p className="text-ink-2 text-sm">
          Retired <RelativeTime at={retired.at} /> by <bdi>{retired.by.name}</bdi>: <bdi>{retired.reason}</bdi>
        </p>
      )}
      <p className="text-ink-3 text-xs">
        {policy.rejects === 1 ? 'The first reject ends it.' : `${policy.rejects} rejects end it.`}
        {!retired && (policy.rules.length === 0 ? ' No rule names it yet.' : ` Named by ${policy.rules.join(', ')}.`)}
      </p>
      {policy.waiting && (
        <Link
          href={`/approvals/${policy.waiting}`}
          className="self-start font-medium text-held text-sm underline underline-offset-2"
        >
          A change waits for a second person
        </Link>
      )}
      <Versions name={policy.name} />
      {asking && <Standing policy={policy} onClose={() => setAsking(false)} />}
    </li>
  )
}
