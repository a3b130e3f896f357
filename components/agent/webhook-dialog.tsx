'use client'
import { useState } from 'react'
import { call } from '@/components/data/client'
import { useSubmit } from '@/components/data/use-submit'
import { Button } from '@/components/ui/button'
import { Dialog } from '@/components/ui/dialog'
import { Field } from '@/components/ui/field'
import { FormProblem } from '@/components/ui/form-problem'
import { Input } from '@/components/ui/input'
import { type WebhookItem, webhooksOf } from './webhooks'

/** A new webhook (its secret is handed on, to be shown once), or another address for one. */
export function WebhookDialog({
  agentId,
  hook,
  onSecret,
  onClose,
}: {
  agentId: string
  hook: WebhookItem | null
  onSecret: (secret: string) => void
  onClose: () => void
}) {
  const [url, setUrl] = useState(hook?.url ?? '')
  const [name, setName] = useState(hook?.name ?? '')
  const submit = useSubmit(
    () =>
      hook
        ? call<{ secret?: string }>(`${webhooksOf(agentId)}/${hook.id}`, {
            method: 'PATCH',
            body: { url: url.trim(), name: name.trim() },
            ifMatch: hook.etag,
          })
        : call<{ secret?: string }>(webhooksOf(agentId), {
            method: 'POST',
            body: { url: url.trim(), name: name.trim() },
          }),
    made => {
      if (made.secret) onSecret(made.secret)
      onClose()
    },
  )
  return (
    <Dialog
      open
      onOpenChange={open => (open ? undefined : onClose())}
      title={hook ? 'Change this webhook' : 'Tell it of decisions'}
      description="When an action that names this webhook has waited and is decided, a signed message is sent there. It says that, and nothing of what was asked for."
      footer={
        <>
          <Button look="quiet" onClick={onClose}>
            Cancel
          </Button>
          <Button look="primary" type="submit" form="webhook" busy={submit.busy}>
            {hook ? 'Change' : 'Add'}
          </Button>
        </>
      }
    >
      <form
        id="webhook"
        className="flex flex-col gap-3"
        onSubmit={event => {
          event.preventDefault()
          void submit.run()
        }}
      >
        <Field label="Address" hint="https, in the public internet." error={submit.at('/url')}>
          {bind => (
            <Input
              {...bind}
              data-first
              type="url"
              required
              maxLength={2_000}
              placeholder="https://agents.example/wake"
              value={url}
              onChange={event => setUrl(event.target.value)}
            />
          )}
        </Field>
        <Field label="Name" optional error={submit.at('/name')}>
          {bind => <Input {...bind} maxLength={80} value={name} onChange={event => setName(event.target.value)} />}
        </Field>
        <FormProblem text={submit.general} />
      </form>
    </Dialog>
  )
}
