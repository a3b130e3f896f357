'use client'
import { Plus, UsersRound } from 'lucide-react'
import Link from 'next/link'
import { useState } from 'react'
import { Answer } from '@/components/data/answer'
import { useMay } from '@/components/data/me'
import { Badge } from '@/components/ui/badge'
import { Button, ButtonLink } from '@/components/ui/button'
import { EmptyState } from '@/components/ui/empty-state'
import { PageHeader } from '@/components/ui/page-header'
import { RelativeTime } from '@/components/ui/relative-time'
import { type ApprovalPolicyItem, useApprovalPolicies, useApprovalPolicy } from './approval-policies'
import { PolicyDialog } from './policy-dialog'

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
      <summary className="cursor-default text-ink-2 text-xs">Versions</summary>
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

function PolicyCard({ policy, onChange }: { policy: ApprovalPolicyItem; onChange: (() => void) | undefined }) {
  return (
    <li className="flex flex-col gap-2.5 rounded-lg border bg-surface px-4 py-3">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <h2 className="min-w-0 font-semibold">{policy.title}</h2>
        <code className="font-mono text-ink-3 text-xs">{policy.name}</code>
        <Badge tone="neutral">Version {policy.version}</Badge>
        {onChange && (
          <Button size="sm" className="ml-auto" onClick={onChange}>
            Change<span className="sr-only"> {policy.title}</span>
          </Button>
        )}
      </div>
      <Stages policy={policy} />
      <p className="text-ink-3 text-xs">
        {policy.rejects === 1 ? 'The first reject ends it.' : `${policy.rejects} rejects end it.`}{' '}
        {policy.rules.length === 0 ? 'No rule names it yet.' : `Named by ${policy.rules.join(', ')}.`}
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
    </li>
  )
}

/** Who must agree, by names that rules give. */
export function ApprovalPoliciesPage() {
  const may = useMay('policy.propose')
  const policies = useApprovalPolicies()
  const [open, setOpen] = useState<ApprovalPolicyItem | 'new' | null>(null)
  return (
    <div className="mx-auto flex max-w-5xl flex-col gap-4">
      <PageHeader
        title="Approval policies"
        about="Who must agree, in which order. A rule names one, and what it holds waits for exactly these people."
        actions={
          <>
            <ButtonLink href="/policies">Rules</ButtonLink>
            {may && (
              <Button look="primary" onClick={() => setOpen('new')}>
                <Plus aria-hidden /> Add one
              </Button>
            )}
          </>
        }
      />
      <Answer query={policies}>
        {found =>
          found.items.length === 0 ? (
            <div className="rounded-lg border bg-surface">
              <EmptyState icon={UsersRound} title="No approval policy yet">
                Rules ask so many approvers of the owning team. An approval policy asks several groups, in stages.
              </EmptyState>
            </div>
          ) : (
            <ul className="flex flex-col gap-3">
              {found.items.map(policy => (
                <PolicyCard key={policy.name} policy={policy} onChange={may ? () => setOpen(policy) : undefined} />
              ))}
            </ul>
          )
        }
      </Answer>
      {open && <PolicyDialog before={open === 'new' ? null : open} onClose={() => setOpen(null)} />}
    </div>
  )
}
