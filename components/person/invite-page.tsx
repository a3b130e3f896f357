'use client'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { call } from '@/components/data/client'
import { useSubmit } from '@/components/data/use-submit'
import { Button, ButtonLink } from '@/components/ui/button'
import { Field } from '@/components/ui/field'
import { FormProblem } from '@/components/ui/form-problem'
import { Input } from '@/components/ui/input'
import { Skeleton } from '@/components/ui/skeleton'
import { PasswordField, shortestPassword } from './password-field'

interface Invitation {
  readonly email: string
  readonly name: string | null
  readonly organisation: string
  readonly invited_by: string
  readonly roles: readonly string[]
  readonly needs_password: boolean
}

function AcceptForm({ invitation, token }: { invitation: Invitation; token: string }) {
  const [name, setName] = useState(invitation.name ?? '')
  const [password, setPassword] = useState('')
  const [tried, setTried] = useState(false)
  const submit = useSubmit(
    () =>
      call(`/api/console/invitations/${encodeURIComponent(token)}/accept`, {
        method: 'POST',
        body: { name: name.trim(), ...(invitation.needs_password ? { password } : {}) },
      }),
    () => window.location.assign('/'),
  )
  return (
    <form
      className="flex flex-col gap-4"
      noValidate
      onSubmit={event => {
        event.preventDefault()
        setTried(true)
        if (name.trim() !== '' && (!invitation.needs_password || password.length >= shortestPassword)) void submit.run()
      }}
    >
      <h1 className="font-semibold text-2xl tracking-tight">Join {invitation.organisation}</h1>
      <p className="-mt-2 text-ink-2">
        {invitation.invited_by} invites {invitation.email}
        {invitation.roles.length > 0 && ` as ${invitation.roles.join(', ')}`}.
      </p>
      <Field
        label="Your name"
        error={submit.at('/name') ?? (tried && name.trim() === '' ? 'This is needed.' : undefined)}
      >
        {bind => (
          <Input
            {...bind}
            autoComplete="name"
            autoFocus
            maxLength={200}
            value={name}
            onChange={event => setName(event.target.value)}
          />
        )}
      </Field>
      {invitation.needs_password && (
        <PasswordField value={password} onChange={setPassword} tried={tried} problem={submit.at('/password')} />
      )}
      <FormProblem text={submit.general} />
      <Button type="submit" look="primary" size="lg" busy={submit.busy}>
        Join
      </Button>
    </form>
  )
}

/** An invitation: who asks, as what, and the few things that are needed. It works once. */
export function InvitePage({ token }: { token: string }) {
  const invitation = useQuery({
    queryKey: ['invitation', token],
    queryFn: ({ signal }) => call<Invitation>(`/api/console/invitations/${encodeURIComponent(token)}`, { signal }),
    retry: false,
    refetchInterval: false,
  })
  if (invitation.data) return <AcceptForm invitation={invitation.data} token={token} />
  if (!invitation.isError) return <Skeleton className="h-40 w-full" />
  return (
    <>
      <h1 className="font-semibold text-2xl tracking-tight">This invitation is not valid any more</h1>
      <p className="text-ink-2">
        It may have been used, withdrawn, or it is older than it may be. Ask whoever invited you for a new one.
      </p>
      <ButtonLink href="/sign-in" size="lg">
        Go to sign-in
      </ButtonLink>
    </>
  )
}
