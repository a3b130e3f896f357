'use client'
import { useSearchParams } from 'next/navigation'
import { useState } from 'react'
import { call } from '@/components/data/client'
import { useSubmit } from '@/components/data/use-submit'
import { Button, ButtonLink } from '@/components/ui/button'
import { Field } from '@/components/ui/field'
import { FormProblem } from '@/components/ui/form-problem'
import { Input } from '@/components/ui/input'
import { PasswordField, shortestPassword } from './password-field'

interface Setup {
  readonly token: string
  readonly organisation: string
  readonly name: string
  readonly email: string
  readonly password: string
}

/** The answer signs its first administrator in. */
function setUp(body: Setup): Promise<unknown> {
  return call('/api/console/setup', { method: 'POST', body })
}

const fields = [
  { id: 'organisation', label: 'Organisation', autoComplete: 'organization', type: 'text' },
  { id: 'name', label: 'Your name', autoComplete: 'name', type: 'text' },
  { id: 'email', label: 'Your e-mail', autoComplete: 'username', type: 'email' },
] as const

/** The first run: who this is for, and who its first administrator is. The link works once. */
export function SetupPage() {
  const token = useSearchParams().get('token') ?? ''
  const [values, setValues] = useState({ organisation: '', name: '', email: '', password: '' })
  const [tried, setTried] = useState(false)
  const submit = useSubmit(setUp, () => window.location.assign('/'))
  if (!token || submit.code === 'setup.closed' || submit.code === 'setup.invalid_token') {
    return (
      <>
        <h1 className="font-semibold text-2xl tracking-tight">This link does not work</h1>
        <p className="text-ink-2">
          {submit.code === 'setup.closed'
            ? 'Holdpoint has been set up already.'
            : 'It may have been used, or a newer one was printed. Look at what Holdpoint printed when it started last.'}
        </p>
        <ButtonLink href="/sign-in" look="primary" size="lg">
          Go to sign-in
        </ButtonLink>
      </>
    )
  }
  return (
    <form
      className="flex flex-col gap-4"
      noValidate
      onSubmit={event => {
        event.preventDefault()
        setTried(true)
        const complete = fields.every(one => values[one.id].trim() !== '') && values.password.length >= shortestPassword
        if (complete) void submit.run({ token, ...values, email: values.email.trim() })
      }}
    >
      <h1 className="font-semibold text-2xl tracking-tight">Set up Holdpoint</h1>
      <p className="-mt-2 text-ink-2">You become its first administrator, and decide alone until you invite others.</p>
      {fields.map(one => (
        <Field
          key={one.id}
          label={one.label}
          error={submit.at(`/${one.id}`) ?? (tried && values[one.id].trim() === '' ? 'This is needed.' : undefined)}
        >
          {bind => (
            <Input
              {...bind}
              type={one.type}
              autoComplete={one.autoComplete}
              maxLength={200}
              value={values[one.id]}
              onChange={event => setValues({ ...values, [one.id]: event.target.value })}
            />
          )}
        </Field>
      ))}
      <PasswordField
        value={values.password}
        tried={tried}
        problem={submit.at('/password')}
        onChange={password => setValues({ ...values, password })}
      />
      <FormProblem text={submit.general} />
      <Button type="submit" look="primary" size="lg" busy={submit.busy}>
        Create and sign in
      </Button>
    </form>
  )
}
