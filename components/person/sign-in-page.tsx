'use client'
import { useQuery } from '@tanstack/react-query'
import { LogIn } from 'lucide-react'
import { useSearchParams } from 'next/navigation'
import { useState } from 'react'
import { call } from '@/components/data/client'
import { useSubmit } from '@/components/data/use-submit'
import { Button } from '@/components/ui/button'
import { Field } from '@/components/ui/field'
import { FormProblem } from '@/components/ui/form-problem'
import { Input } from '@/components/ui/input'
import { Skeleton } from '@/components/ui/skeleton'
import { useHydrated } from '@/components/ui/use-hydrated'
import { DemoCards } from './demo-cards'
import { type SignInOptions, safePath, signIn, signInWith } from './session'

/** Everything that was read belongs to whoever was signed in before: start with an empty page. */
function enter(to: string): void {
  window.location.assign(to)
}

function PasswordForm({ to, first }: { to: string; first: boolean }) {
  const [email, setEmail] = useState('')
  const [password, setPassword] = useState('')
  const submit = useSubmit(signIn, () => enter(to))
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={event => {
        event.preventDefault()
        void submit.run(email.trim(), password)
      }}
    >
      <Field label="E-mail">
        {bind => (
          <Input
            {...bind}
            type="email"
            required
            autoComplete="username"
            autoFocus={first}
            value={email}
            onChange={event => setEmail(event.target.value)}
          />
        )}
      </Field>
      <Field label="Password">
        {bind => (
          <Input
            {...bind}
            type="password"
            required
            autoComplete="current-password"
            value={password}
            onChange={event => setPassword(event.target.value)}
          />
        )}
      </Field>
      <FormProblem text={submit.general} />
      <Button type="submit" look="primary" size="lg" busy={submit.busy}>
        Sign in
      </Button>
    </form>
  )
}

/** Sign in: in the demo as one of its people, else with a password or through the organisation's own sign-in. */
export function SignInPage() {
  const to = safePath(useSearchParams().get('to'))
  const hydrated = useHydrated()
  const options = useQuery({
    queryKey: ['sign-in'],
    queryFn: ({ signal }) => call<SignInOptions>('/api/console/sign-in', { signal }),
    retry: 1,
  })
  const found = hydrated ? options.data : undefined
  return (
    <>
      <h1 className="font-semibold text-2xl tracking-tight">{found?.demo ? 'Who would you like to be?' : 'Sign in'}</h1>
      {found?.setup && (
        <p className="rounded-md border border-held-line bg-held-soft px-3 py-2 text-held text-sm">
          Nobody is set up here yet. Open the address that was printed when Holdpoint started; it creates the first
          administrator.
        </p>
      )}
      {found?.demo && (
        <>
          <p className="-mt-4 text-ink-2">
            This is a demo organisation with agents at work. Start as somebody who decides; you can change person at any
            time.
          </p>
          <DemoCards people={found.demo} onIn={() => enter(to)} />
          <details className="text-sm">
            <summary className="min-h-6 text-ink-2">Sign in with a password instead</summary>
            <div className="pt-4">
              <PasswordForm to={to} first={false} />
            </div>
          </details>
        </>
      )}
      {!found && !options.isError && (
        <div role="status" aria-label="Loading" className="flex flex-col gap-3">
          <Skeleton className="h-5 w-2/3" />
          <Skeleton className="h-14 w-full rounded-lg" />
          <Skeleton className="h-14 w-full rounded-lg" />
        </div>
      )}
      {((found && !found.demo) || options.isError) && <PasswordForm to={to} first />}
      {(found?.oidc.length ?? 0) > 0 && (
        <div className="flex flex-col gap-2 border-t pt-5">
          {found?.oidc.map(provider => (
            <Button key={provider.id} size="lg" onClick={() => void signInWith(provider.id, to)}>
              <LogIn aria-hidden /> Continue with {provider.name}
            </Button>
          ))}
        </div>
      )}
    </>
  )
}
