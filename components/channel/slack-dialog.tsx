'use client'
import { useState } from 'react'
import { call } from '@/components/data/client'
import { useSubmit } from '@/components/data/use-submit'
import { useFreshSignIn } from '@/components/person/fresh-sign-in'
import { CodeBlock } from '@/components/ui/code-block'
import { Field } from '@/components/ui/field'
import { FormDialog } from '@/components/ui/form-dialog'
import { Input } from '@/components/ui/input'

/** Connects a workspace by what its administrator has: the bot's token and the signing secret of the app. */
export function SlackDialog({ endpoint, onClose }: { endpoint: string; onClose: () => void }) {
  const fresh = useFreshSignIn()
  const [token, setToken] = useState('')
  const [secret, setSecret] = useState('')
  const submit = useSubmit(
    () =>
      fresh.run(() =>
        call('/api/console/slack', { method: 'PUT', body: { token: token.trim(), signing_secret: secret.trim() } }),
      ),
    onClose,
  )
  return (
    <>
      <FormDialog
        title="Connect Slack"
        description="Make an app in your workspace with the bot scopes chat:write, im:write, users:read and users:read.email, turn interactivity on with the address below, and install it."
        verb="Connect"
        busy={submit.busy}
        problem={fresh.asking ? '' : submit.general}
        onSend={() => void submit.run()}
        onClose={onClose}
      >
        <CodeBlock label="the request URL" text={endpoint} />
        <Field
          label="Bot token"
          hint="Begins with xoxb-. It is sealed, and never shown again."
          error={submit.at('/token')}
        >
          {bind => (
            <Input
              {...bind}
              data-first
              required
              type="password"
              autoComplete="off"
              maxLength={250}
              value={token}
              onChange={event => setToken(event.target.value)}
            />
          )}
        </Field>
        <Field label="Signing secret" error={submit.at('/signing_secret')}>
          {bind => (
            <Input
              {...bind}
              required
              type="password"
              autoComplete="off"
              maxLength={128}
              value={secret}
              onChange={event => setSecret(event.target.value)}
            />
          )}
        </Field>
      </FormDialog>
      {fresh.dialog}
    </>
  )
}
