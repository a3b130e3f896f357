'use client'
import Link from 'next/link'
import { useState } from 'react'
import { said } from '@/components/data/answer'
import { call } from '@/components/data/client'
import { useSubmit } from '@/components/data/use-submit'
import { Button } from '@/components/ui/button'
import { ErrorState } from '@/components/ui/error-state'
import { FactsList } from '@/components/ui/facts-list'
import { PageHeader } from '@/components/ui/page-header'
import { ReasonDialog } from '@/components/ui/reason-dialog'
import { RelativeTime } from '@/components/ui/relative-time'
import { Section } from '@/components/ui/section'
import { SkeletonRows } from '@/components/ui/skeleton'
import { StateBadge } from '@/components/ui/state-badge'
import { GrantLines } from './grant-lines'
import { type GrantItem, kindWord, useGrant } from './grants'

type Verb = 'revoke' | 'justified' | 'not_justified'

const asked: Record<Verb, { title: string; description: string; verb: string }> = {
  revoke: {
    title: 'Revoke this?',
    description: 'From this moment, on every instance, people are asked again each time.',
    verb: 'Revoke it',
  },
  justified: {
    title: 'It was justified',
    description: 'Say what you looked at. It is on record.',
    verb: 'Write it down',
  },
  not_justified: {
    title: 'It was not justified',
    description: 'Say what should have happened instead. It is on record.',
    verb: 'Write it down',
  },
}

function facts(grant: GrantItem) {
  return [
    ['State', <StateBadge key="state" state={grant.status} />],
    ['Why', grant.why],
    [
      'Agent',
      <Link key="agent" href={`/agents/${grant.agent.id}`} className="underline underline-offset-2">
        {grant.agent.name}
      </Link>,
    ],
    ['Task', grant.task],
    ['Session', grant.session],
    ['Asked by', grant.requested_by ? (grant.requested_by.name ?? grant.requested_by.id) : 'The agent itself'],
    ['Agreed to by', grant.approved_by.map(one => one.name ?? one.id).join(', ')],
    ['From', grant.active_from && <RelativeTime key="from" at={grant.active_from} />],
    ['Until', grant.expires_at && !grant.revoked_at && <RelativeTime key="until" at={grant.expires_at} />],
    ['Revoked', grant.revoked_at && <RelativeTime key="revoked" at={grant.revoked_at} />],
    ['Revoked by', grant.revoked_by && `${grant.revoked_by.name ?? 'The agent itself'}: ${grant.revoke_reason ?? ''}`],
    [
      'Looked back',
      grant.review &&
        `${grant.review.verdict === 'justified' ? 'Justified' : 'Not justified'}, ${grant.review.by.name ?? ''}: ${grant.review.note}`,
    ],
    [
      'Approval',
      <Link key="hold" href={`/approvals/${grant.hold_id}`} className="underline underline-offset-2">
        Open it
      </Link>,
    ],
  ] as const
}

/** One standing approval: what it covers, how much of it was used, and how to end it. */
export function GrantPage({ id }: { id: string }) {
  const { data: grant, error, refetch } = useGrant(id)
  const [verb, setVerb] = useState<Verb | null>(null)
  const send = useSubmit(
    (does: Verb, reason: string) =>
      does === 'revoke'
        ? call(`/api/console/grants/${id}/revoke`, { method: 'POST', body: { reason } })
        : call(`/api/console/grants/${id}/review`, { method: 'POST', body: { verdict: does, note: reason } }),
    () => setVerb(null),
  )
  if (!grant) return error ? <ErrorState {...said(error)} onRetry={() => void refetch()} /> : <SkeletonRows />
  return (
    <div className="mx-auto flex max-w-4xl flex-col gap-6">
      <PageHeader
        title={kindWord(grant.kind)}
        about={grant.reason}
        actions={
          <>
            {grant.may_review && <Button onClick={() => setVerb('justified')}>It was justified…</Button>}
            {grant.may_review && <Button onClick={() => setVerb('not_justified')}>It was not…</Button>}
            {grant.may_revoke && (
              <Button look="deny" onClick={() => setVerb('revoke')}>
                Revoke…
              </Button>
            )}
          </>
        }
      />
      <Section title="What it is">
        <div className="px-4 py-3">
          <FactsList facts={facts(grant)} />
        </div>
      </Section>
      <Section title="What it covers">
        <GrantLines
          riskiest={grant.riskiest}
          lines={grant.lines.map(line => ({
            sentence: line.sentence,
            params: line.params,
            note: `Used ${line.used} of ${line.count}${line.amount ? `, ${line.amount_used ?? '0'} of ${line.amount.value} ${line.amount.currency}` : ''}`,
          }))}
        />
      </Section>
      {verb && (
        <ReasonDialog
          {...asked[verb]}
          look={verb === 'revoke' ? 'deny' : 'primary'}
          busy={send.busy}
          problem={send.general}
          onSend={reason => void send.run(verb, reason)}
          onClose={() => setVerb(null)}
        />
      )}
    </div>
  )
}
