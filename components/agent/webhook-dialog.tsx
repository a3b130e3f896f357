'use client'
import { useState } from 'react'
import { call } from '@/components/data/client'
import { useSubmit } from '@/components/data/use-submit'
import { Checkbox } from '@/components/ui/checkbox'
import { Field } from '@/components/ui/field'
import { FormDialog } from '@/components/ui/form-dialog'
import { Input } from '@/components/ui/input'
import { type DestinationType, destinationTypes } from '@/lib/agent/webhook-contract'
import type { Keeps, WebhookItem } from './webhooks'

const typeNames: Readonly<Record<DestinationType, string>> = {
  'hold.opened': 'An approval opens',
  'hold.decided': 'It is decided, withdrawn or stopped',
  'hold.expired': 'It expires without a decision',
  'hold.escalated': 'It is passed on',
}

/** A new webhook (its secret is handed on, to be shown once), or another address for one. */
export function WebhookDialog({
  of,
  hook,
  onSecret,
  onClose,
}: {
  of: Keeps
  hook: WebhookItem | null
  onSecret: (secret: string) => void
  onClose: () => void
}) {
  const [url, setUrl] = useState(hook?.url ?? '')
  const [name, setName] = useState(hook?.name ?? '')
  const [types, setTypes] = useState<readonly string[]>(destinationTypes)
  const path = `/api/console/${of.path}`
  const submit = useSubmit(
    () =>
      hook
        ? call<{ secret?: string }>(`${path}/${hook.id}`, {
            method: 'PATCH',
            body: { url: url.trim(), name: name.trim() },
            ifMatch: hook.etag,
          })
        : call<{ secret?: string }>(path, {
            method: 'POST',
            body: { url: url.trim(), name: name.trim(), ...(of.types ? { types } : {}) },
          }),
    made => {
      if (made.secret) onSecret(made.secret)
      onClose()
    },
  )
  return (
    <FormDialog
      title={hook ? 'Change this webhook' : of.types ? 'Tell a system' : 'Tell it of decisions'}
      description={of.why}
      verb={hook ? 'Change' : 'Add'}
      busy={submit.busy}
      problem={submit.general}
      onSend={() => void submit.run()}
      onClose={onClose}
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
      {of.types && !hook && (
        <fieldset className="flex flex-col gap-1">
          <legend className="mb-1 font-medium text-sm">What it is told</legend>
          {destinationTypes.map(type => (
            <Checkbox
              key={type}
              checked={types.includes(type)}
              onChange={on => setTypes(destinationTypes.filter(one => (one === type ? on : types.includes(one))))}
            >
              {typeNames[type]}
            </Checkbox>
          ))}
          {submit.at('/types') && <p className="text-denied text-xs">{submit.at('/types')}</p>}
        </fieldset>
      )}
    </FormDialog>
  )
}
