'use client'
import { BellRing, Check, TriangleAlert } from 'lucide-react'
import { useState } from 'react'
import { call } from '@/components/data/client'
import { useSubmit } from '@/components/data/use-submit'
import { Badge } from '@/components/ui/badge'
import { Button } from '@/components/ui/button'
import { CopyId } from '@/components/ui/copy-id'
import { FormProblem } from '@/components/ui/form-problem'
import { ReasonDialog } from '@/components/ui/reason-dialog'
import { RelativeTime } from '@/components/ui/relative-time'
import { Section } from '@/components/ui/section'
import { KeyOnce } from './key-once'
import { WebhookDialog } from './webhook-dialog'
import { type Keeps, type SentAgain, type Tried, useWebhooks, type WebhookItem } from './webhooks'

type Doing = { what: 'add' } | { what: 'change' | 'revoke'; hook: WebhookItem }

function Health({ hook: { state, health } }: { hook: WebhookItem }) {
  if (state === 'revoked') return <Badge>Revoked</Badge>
  if (health.failures > 0)
    return (
      <Badge tone="denied" icon={TriangleAlert}>
        {health.failures === 1 ? 'Failed once' : `Failed ${health.failures.toLocaleString('en')} times`}
      </Badge>
    )
  return health.last_success_at ? (
    <Badge tone="allowed" icon={Check}>
      Arrives
    </Badge>
  ) : (
    <Badge>Nothing sent yet</Badge>
  )
}

function HookLine({
  of,
  hook,
  onSecret,
  onDo,
}: {
  of: Keeps
  hook: WebhookItem
  onSecret: (secret: string) => void
  onDo: (doing: Doing) => void
}) {
  const path = `/api/console/${of.path}/${hook.id}`
  const [told, setTold] = useState('')
  const attempt = useSubmit(
    () => call<Tried>(`${path}/test`, { method: 'POST' }),
    tried => setTold(`The test ${tried.delivered ? 'arrived' : 'did not arrive'}. ${tried.detail}`),
  )
  const rotate = useSubmit(
    () => call<{ secret: string }>(`${path}/rotate`, { method: 'POST', body: {} }),
    made => onSecret(made.secret),
  )
  const again = useSubmit(
    () => call<SentAgain>(`${path}/send-again`, { method: 'POST' }),
    ({ sent_again: messages }) =>
      setTold(
        messages === 1 ? 'One message is sent again.' : `${messages.toLocaleString('en')} messages are sent again.`,
      ),
  )
  const { last_success_at: success, last_error: error, waiting, given_up: lost } = hook.health
  return (
    <li className="flex flex-col gap-1 px-4 py-2.5">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <span className="min-w-0 break-all font-mono text-sm">{hook.url}</span>
        <Health hook={hook} />
        {hook.may_change && (
          <span className="ml-auto flex flex-wrap gap-1">
            <Button size="sm" look="quiet" onClick={() => void attempt.run()} busy={attempt.busy}>
              Send a test
            </Button>
            <Button size="sm" look="quiet" onClick={() => onDo({ what: 'change', hook })}>
              Change…
            </Button>
            <Button size="sm" look="quiet" onClick={() => void rotate.run()} busy={rotate.busy}>
              New secret
            </Button>
            <Button size="sm" look="deny" onClick={() => onDo({ what: 'revoke', hook })}>
              Revoke…
            </Button>
          </span>
        )}
      </div>
      <p className="flex flex-wrap items-center gap-x-2 text-ink-3 text-xs">
        {hook.name && <bdi>{hook.name}</bdi>}
        <CopyId value={hook.id} short />
        {success && (
          <span>
            last arrived <RelativeTime at={success} />
          </span>
        )}
        {waiting > 0 && <span>{waiting.toLocaleString('en')} still to send</span>}
        {lost > 0 && <span>{lost.toLocaleString('en')} given up</span>}
        {lost > 0 && hook.may_change && (
          <Button size="sm" look="quiet" onClick={() => void again.run()} busy={again.busy}>
            Send again
          </Button>
        )}
        {hook.old_secret_until && (
          <span>
            the old secret signs too, until <RelativeTime at={hook.old_secret_until} />
          </span>
        )}
        {error && hook.state === 'active' && <span className="text-denied">{error}</span>}
      </p>
      <p role="status" className="text-ink-2 text-xs empty:hidden">
        {told}
      </p>
      <FormProblem text={attempt.general || rotate.general || again.general} />
    </li>
  )
}

/** Where an agent is told of its decisions, or a system of holds, and how that goes: added, tried, moved, given a new secret, revoked. */
export function WebhooksSection({ of, may }: { of: Keeps; may: boolean }) {
  const { data } = useWebhooks(of)
  const [doing, setDoing] = useState<Doing | null>(null)
  const [secret, setSecret] = useState('')
  const revoke = useSubmit(
    (id: string) => call(`/api/console/${of.path}/${id}`, { method: 'DELETE' }),
    () => setDoing(null),
  )
  const items = data?.items ?? []
  if (items.length === 0 && !may) return null
  return (
    <Section
      title={of.title}
      aside={
        may && (
          <Button size="sm" onClick={() => setDoing({ what: 'add' })}>
            <BellRing aria-hidden /> Add a webhook
          </Button>
        )
      }
    >
      {secret && (
        <div className="border-b p-4">
          <KeyOnce value={secret} what="secret" />
        </div>
      )}
      {items.length === 0 ? (
        <p className="px-4 py-3 text-ink-2 text-sm">{of.none}</p>
      ) : (
        <ul className="divide-y">
          {items.map(hook => (
            <HookLine key={hook.id} of={of} hook={hook} onSecret={setSecret} onDo={setDoing} />
          ))}
        </ul>
      )}
      {(doing?.what === 'add' || doing?.what === 'change') && (
        <WebhookDialog
          of={of}
          hook={doing.what === 'change' ? doing.hook : null}
          onSecret={setSecret}
          onClose={() => setDoing(null)}
        />
      )}
      {doing?.what === 'revoke' && (
        <ReasonDialog
          withoutReason
          title="Revoke this webhook?"
          description="Nothing is sent there any more; what still waits to be sent is given up."
          verb="Revoke"
          look="deny"
          busy={revoke.busy}
          problem={revoke.general}
          onSend={() => void revoke.run(doing.hook.id)}
          onClose={() => setDoing(null)}
        />
      )}
    </Section>
  )
}
