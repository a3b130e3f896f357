'use client'
import { call, ProblemError } from '@/components/data/client'

export interface DemoPerson {
  readonly email: string
  readonly name: string
  readonly roles: readonly string[]
  readonly teams: readonly string[]
}

/** How people may sign in here. */
export interface SignInOptions {
  readonly oidc: readonly { readonly id: string; readonly name: string }[]
  readonly demo: readonly DemoPerson[] | null
  readonly setup?: boolean
}

async function post(path: string, fields: Readonly<Record<string, string>>): Promise<Response> {
  const { csrfToken } = await call<{ csrfToken: string }>('/api/auth/csrf')
  return fetch(path, {
    method: 'POST',
    credentials: 'same-origin',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ ...fields, csrfToken, json: 'true' }),
  })
}

async function urlOf(response: Response): Promise<string> {
  const body: { url?: string } = await response.json().catch(() => ({}))
  return body.url ?? ''
}

/** Signs in with a password; a refusal is a `ProblemError` with `sign_in.failed`. */
export async function signIn(email: string, password: string): Promise<void> {
  const response = await post('/api/auth/callback/credentials', {
    email,
    password,
    callbackUrl: window.location.origin,
  })
  const url = await urlOf(response)
  if (!response.ok || url.includes('error=')) {
    throw new ProblemError({
      status: response.status === 429 ? 429 : 401,
      code: response.status === 429 ? 'limit.exceeded' : 'sign_in.failed',
      title:
        response.status === 429
          ? 'Too many attempts. Wait a minute, then try again.'
          : 'That e-mail and password do not match.',
    })
  }
}

/** Leaves for the identity provider. */
export async function signInWith(provider: string, to: string): Promise<void> {
  const url = await urlOf(
    await post(`/api/auth/signin/${encodeURIComponent(provider)}`, {
      callbackUrl: new URL(to, window.location.origin).href,
    }),
  )
  if (url) window.location.assign(url)
}

/** Becomes a person of the demo organisation. Exists only there. */
export function becomeDemoPerson(email: string): Promise<unknown> {
  return call('/api/console/demo/sign-in', { method: 'POST', body: { email } })
}

/** Gives the password again: this sign-in is then fresh for ten minutes. */
export function confirmPerson(password: string): Promise<unknown> {
  return call('/api/console/me/confirm', { method: 'POST', body: { password } })
}

/** Ends this sign-in and leaves everything that was cached behind. */
export async function signOut(): Promise<void> {
  await post('/api/auth/signout', { callbackUrl: window.location.origin })
  window.location.assign('/sign-in')
}

/** A path within this application, whatever the address says: never another origin. */
export function safePath(to: string | null): string {
  return to?.startsWith('/') && !to.startsWith('//') && !to.includes('\\') ? to : '/'
}
