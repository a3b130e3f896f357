'use client'
import { KeyRound } from 'lucide-react'
import { useState } from 'react'
import { call } from '@/components/data/client'
import { useSubmit } from '@/components/data/use-submit'
import { Badge } from '@/components/ui/badge'
import { Button } from '@/components/ui/button'
import { EmptyState } from '@/components/ui/empty-state'
import { FormProblem } from '@/components/ui/form-problem'
import { ReasonDialog } from '@/components/ui/reason-dialog'
import { RelativeTime } from '@/components/ui/relative-time'
import { Section } from '@/components/ui/section'
import { StateBadge } from '@/components/ui/state-badge'
import type { AgentDetail, KeyItem } from './agents'
import { KeyOnce } from './key-once'

interface Issued {
  readonly id: string
  readonly key: string
}

function KeyLine({
  item,
  mayEdit,
  onRotate,
  onRevoke,
}: {
  item: KeyItem
  mayEdit: boolean
  onRotate: () => void
  onRevoke: () => void
}) {
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-1 px-4 py-2.5">
      <code className="font-mono text-sm">{item.prefix.replace(/…$/, '')}…</code>
      <StateBadge state={item.state} word={item.state === 'active' ? 'Valid' : undefined} />
      {item.exposed_at && <Badge tone="denied">Seen in public</Badge>}
      <span className="text-ink-3 text-xs">
        by {item.created_by.name} <RelativeTime at={item.created_at} />
        {item.expires_at && item.state === 'active' && (
          <>
            , ends <RelativeTime at={item.expires_at} />
          </>
        )}
        , {item.last_used_at ? 'used ' : 'never used'}
        {item.last_used_at && <RelativeTime at={item.last_used_at} />}
      </span>
      {mayEdit && item.state === 'active' && (
        <span className="ml-auto flex gap-1">
          <Button size="sm" look="quiet" onClick={onRotate}>
            Rotate
          </Button>
          <Button size="sm" look="deny" onClick={onRevoke}>
            Revoke…
          </Button>
        </span>
      )}
    </li>
  )
}

/** The keys of an agent: issued, shown once, rotated with an hour of overlap, revoked at once. */
export function KeysSection({ agent }: { agent: AgentDetail }) {
  const [issued, setIssued] = useState<string | null>(null)
  const [revoking, setRevoking] = useState<KeyItem | null>(null)
  const path = `/api/console/agents/${agent.id}/credentials`
  const issue = useSubmit(
    (from: string | null) =>
      call<Issued>(from ? `${path}/${from}/rotate` : path, {
        method: 'POST',
        body: from ? { overlap_seconds: 3_600 } : {},
      }),
    result => setIssued(result.key),
  )
  const revoke = useSubmit(
    (id: string) => call(`${path}/${id}`, { method: 'DELETE' }),
    () => setRevoking(null),
  )
  return (
    <Section
      title="Keys"
      aside={
        agent.may_edit && (
          <Button size="sm" onClick={() => void issue.run(null)} busy={issue.busy}>
            <KeyRound aria-hidden /> Issue a key
          </Button>
        )
      }
    >
      {(issued || issue.general) && (
        <div className="flex flex-col gap-2 border-b p-4">
          {issued && <KeyOnce value={issued} />}
          <FormProblem text={issue.general} />
        </div>
      )}
      {agent.credentials.length === 0 ? (
        <EmptyState icon={KeyRound} title="No key yet">
          Without one it cannot call.
        </EmptyState>
      ) : (
        <ul className="divide-y">
          {agent.credentials.map(item => (
            <KeyLine
              key={item.id}
              item={item}
              mayEdit={agent.may_edit}
              onRotate={() => void issue.run(item.id)}
              onRevoke={() => setRevoking(item)}
            />
          ))}
        </ul>
      )}
      {revoking && (
        <ReasonDialog
          withoutReason
          title="Revoke this key?"
          description="Whoever uses it is refused from the next call on, everywhere. Calls that wait go on waiting."
          verb="Revoke"
          look="deny"
          busy={revoke.busy}
          problem={revoke.general}
          onSend={() => void revoke.run(revoking.id)}
          onClose={() => setRevoking(null)}
        />
      )}
    </Section>
  )
}
