'use client'
import { useState } from 'react'
import { call } from '@/components/data/client'
import { useSubmit } from '@/components/data/use-submit'
import { useFreshSignIn } from '@/components/person/fresh-sign-in'
import { Button } from '@/components/ui/button'
import { CodeBlock } from '@/components/ui/code-block'
import { Dialog } from '@/components/ui/dialog'
import { Field } from '@/components/ui/field'
import { FormProblem } from '@/components/ui/form-problem'
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
      <Dialog
        open
        onOpenChange={open => (open ? undefined : onClose())}
        title="Connect Slack"
        description="Make an app in your workspace with the bot scopes chat:write, im:write, users:read and users:read.email, turn interactivity on with the address below, and install it."
        footer={
          <>
            <Button look="quiet" onClick={onClose}>
              Cancel
            </Button>
            <Button look="primary" type="submit" form="slack" busy={submit.busy}>
              Connect
            </Button>
          </>
        }
      >
        <form
          id="slack"
          className="flex flex-col gap-3"
          onSubmit={event => {
            event.preventDefault()
            void submit.run()
          }}
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
          <FormProblem text={fresh.asking ? '' : submit.general} />
        </form>
      </Dialog>
      {fresh.dialog}
    </>
  )
}
