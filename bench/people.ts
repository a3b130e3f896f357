import type { Demo } from './server'

/** A person's way in, as a script signs in: next-auth's credentials provider, then a cookie. */
export async function signIn(url: string, user: Demo['users'][number]): Promise<{ cookie: string; origin: string }> {
  const jar = new Map<string, string>()
  const keep = (response: Response) => {
    for (const line of response.headers.getSetCookie()) {
      const pair = line.split(';')[0] ?? ''
      jar.set(pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1))
    }
    return response
  }
  const cookie = () => [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
  const { csrfToken } = await keep(await fetch(`${url}/api/auth/csrf`)).json()
  keep(
    await fetch(`${url}/api/auth/callback/credentials`, {
      method: 'POST',
      redirect: 'manual',
      headers: { 'content-type': 'application/x-www-form-urlencoded', cookie: cookie(), origin: url },
      body: new URLSearchParams({ csrfToken, email: user.email, password: user.password, json: 'true' }),
    }),
  )
  const me = await fetch(`${url}/api/console/me`, { headers: { cookie: cookie() } })
  if (!me.ok) throw new Error(`${user.email} could not sign in: ${me.status}`)
  return { cookie: cookie(), origin: url }
}
