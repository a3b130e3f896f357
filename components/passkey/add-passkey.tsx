'use client'
import type { PublicKeyCredentialCreationOptionsJSON } from '@simplewebauthn/browser'
import { useState } from 'react'
import { call } from '@/components/data/client'
import { useSubmit } from '@/components/data/use-submit'
import { useFreshSignIn } from '@/components/person/fresh-sign-in'
import { Button } from '@/components/ui/button'
import { Dialog } from '@/components/ui/dialog'
import { Field } from '@/components/ui/field'
import { FormProblem } from '@/components/ui/form-problem'
import { Input } from '@/components/ui/input'
import { toast } from '@/components/ui/toast'
import { makePasskey } from './browser'

const path = '/api/console/me/passkeys'

/** Names a new key, has the browser make it, and registers it. */
export function AddPasskey({ cools, onClose }: { cools: boolean; onClose: () => void }) {
  const [name, setName] = useState('')
  const [tried, setTried] = useState(false)
  const fresh = useFreshSignIn()
  const submit = useSubmit(
    async () => {
      const options = await fresh.run(() =>
        call<PublicKeyCredentialCreationOptionsJSON>(`${path}/options`, { method: 'POST' }),
      )
      const response = await makePasskey(options)
      return call(path, { method: 'POST', body: { name: name.trim(), response } })
    },
    () => {
      toast('Passkey registered')
      onClose()
    },
  )
  return (
    <>
      <Dialog
        open={!fresh.asking}
        onOpenChange={open => (open ? undefined : onClose())}
        title="Register a passkey"
        description={
          cools
            ? 'Your browser asks for your finger, face or PIN, or for a security key. It may countersign after a day; those that you have still can.'
            : 'Your browser asks for your finger, face or PIN, or for a security key. Your first one may countersign at once.'
        }
        footer={
          <>
            <Button look="quiet" onClick={onClose}>
              Cancel
            </Button>
            <Button look="primary" type="submit" form="add-passkey" busy={submit.busy}>
              Continue
            </Button>
          </>
        }
      >
        <form
          id="add-passkey"
          className="flex flex-col gap-3"
          onSubmit={event => {
            event.preventDefault()
            setTried(true)
            if (name.trim() !== '') void submit.run()
          }}
        >
          <Field
            label="What do you call it?"
            hint="After where it is: Desk, Phone, Key ring."
            error={submit.at('/name') ?? (tried && name.trim() === '' ? 'It needs a name.' : undefined)}
          >
            {bind => (
              <Input {...bind} data-first maxLength={60} value={name} onChange={event => setName(event.target.value)} />
            )}
          </Field>
          <FormProblem text={submit.general} />
        </form>
      </Dialog>
      {fresh.dialog}
    </>
  )
}
