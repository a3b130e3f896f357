'use client'
import type { PublicKeyCredentialCreationOptionsJSON } from '@simplewebauthn/browser'
import { useState } from 'react'
import { call } from '@/components/data/client'
import { useSubmit } from '@/components/data/use-submit'
import { useFreshSignIn } from '@/components/person/fresh-sign-in'
import { Field } from '@/components/ui/field'
import { FormDialog } from '@/components/ui/form-dialog'
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
      <FormDialog
        open={!fresh.asking}
        title="Register a passkey"
        description={
          cools
            ? 'Your browser asks for your finger, face or PIN, or for a security key. It may countersign after a day; those that you have still can.'
            : 'Your browser asks for your finger, face or PIN, or for a security key. Your first one may countersign at once.'
        }
        verb="Continue"
        busy={submit.busy}
        problem={submit.general}
        onSend={() => {
          setTried(true)
          if (name.trim() !== '') void submit.run()
        }}
        onClose={onClose}
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
      </FormDialog>
      {fresh.dialog}
    </>
  )
}
