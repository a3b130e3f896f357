import { createServer, type RequestListener } from 'node:http'
import Provider from 'oidc-provider'
import { afterAll, describe, expect, it } from 'vitest'
import { database } from '@/server/testing/database'
import { answered, makePerson, person } from '@/server/testing/people'
import { startServer } from '@/server/testing/server'

/** Who the identity provider says is there, whoever asks. */
let claimed: { sub: string; email?: string; email_verified?: boolean } = { sub: 'nobody' }
let serve: RequestListener | undefined

const idp = createServer((incoming, outgoing) => serve?.(incoming, outgoing))
await new Promise<void>(resolve => idp.listen(0, '127.0.0.1', resolve))
afterAll(() => {
  idp.closeAllConnections()
  idp.close()
})
const address = idp.address()
const issuer = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
const clientSecret = 'the secret of the test client'

const test = await database()
const running = await startServer(test.url, { oidc: { issuer, clientId: 'holdpoint', clientSecret, name: 'Acme ID' } })
const { url } = running
const ada = await person(running, 'Ada', ['administrator'])
serve = openProvider().callback()

/** A real OpenID provider that signs in whoever is claimed, without a screen. */
function openProvider(): Provider {
  const provider = new Provider(issuer, {
    clients: [
      { client_id: 'holdpoint', client_secret: clientSecret, redirect_uris: [`${url}/api/auth/callback/oidc`] },
    ],
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
    conformIdTokenClaims: false,
    pkce: { required: () => true },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
    cookies: { keys: ['a key of the test'] },
    findAccount: async (_, accountId) => ({
      accountId,
      claims: async () => ({ ...claimed, sub: accountId, name: 'From Elsewhere' }),
    }),
  })
  provider.use(async (ctx, next) => {
    if (!ctx.path.startsWith('/interaction/')) return next()
    const { prompt } = await provider.interactionDetails(ctx.req, ctx.res)
    const grant = new provider.Grant({ accountId: claimed.sub, clientId: 'holdpoint' })
    grant.addOIDCScope('openid email profile')
    const result =
      prompt.name === 'login' ? { login: { accountId: claimed.sub } } : { consent: { grantId: await grant.save() } }
    await provider.interactionFinished(ctx.req, ctx.res, result)
  })
  return provider
}

/** Cookies by origin, as a browser keeps them. */
class Browser {
  readonly #jars = new Map<string, Map<string, string>>()

  async go(to: string, options: { method?: string; form?: Record<string, string> } = {}): Promise<Response> {
    const { origin } = new URL(to)
    const jar = this.#jars.get(origin) ?? new Map<string, string>()
    this.#jars.set(origin, jar)
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
    const response = await fetch(to, {
      method: options.method ?? 'GET',
      redirect: 'manual',
      headers: { cookie, ...(options.form ? { 'content-type': 'application/x-www-form-urlencoded', origin } : {}) },
      ...(options.form ? { body: new URLSearchParams(options.form) } : {}),
    })
    for (const text of response.headers.getSetCookie()) {
      const [pair = ''] = text.split(';')
      jar.set(pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1))
    }
    return response
  }

  /** Begins at Holdpoint; answers the provider's address. */
  async begin(): Promise<string> {
    const { csrfToken } = await (await this.go(`${url}/api/auth/csrf`)).json()
    const answer = await this.go(`${url}/api/auth/signin/oidc`, {
      method: 'POST',
      form: { csrfToken, callbackUrl: url, json: 'true' },
    })
    return (await answer.json()).url
  }

  /** Follows the provider until it sends us back; answers that address. */
  async passProvider(from: string): Promise<string> {
    let at = from
    for (let hops = 0; hops < 12 && at.startsWith(issuer); hops++) {
      const response = await this.go(at)
      at = new URL(response.headers.get('location') ?? '', at).href
      if (response.status >= 400) throw new Error(`the provider said ${response.status}: ${await response.text()}`)
    }
    return at
  }

  async me() {
    return answered(await this.go(`${url}/api/console/me`))
  }
}

async function signInAs(who: typeof claimed): Promise<{ browser: Browser; landed: string; status: number }> {
  claimed = who
  const browser = new Browser()
  const response = await browser.go(await browser.passProvider(await browser.begin()))
  return { browser, landed: response.headers.get('location') ?? '', status: (await browser.me()).status }
}

describe('single sign-on', () => {
  it('asks with PKCE, state and nonce, and lets an invited person in, by issuer and subject from then on', async () => {
    const begun = new URL(await new Browser().begin())
    expect(begun.origin).toBe(issuer)
    expect(begun.searchParams.get('code_challenge_method')).toBe('S256')
    expect(begun.searchParams.get('state')).toBeTruthy()
    expect(begun.searchParams.get('nonce')).toBeTruthy()
    expect((await answered(await fetch(`${url}/api/console/sign-in`))).json.oidc).toEqual([
      { id: 'oidc', name: 'Acme ID' },
    ])

    await ada.call('POST', '/api/console/members/invitations', {
      email: 'sso@acme.test',
      roles: [{ role: 'approver', team_id: null }],
    })
    const first = await signInAs({ sub: 'sub-1', email: 'sso@acme.test', email_verified: true })
    expect(first.status).toBe(200)
    const me = (await first.browser.me()).json
    expect(me).toMatchObject({ email: 'sso@acme.test', roles: [{ role: 'approver', team_id: null }] })
    // Another address at the provider changes nothing here: subject is who one is.
    const second = await signInAs({ sub: 'sub-1', email: 'renamed@acme.test', email_verified: true })
    expect((await second.browser.me()).json.id).toBe(me.id)
  })

  it('I17: never joins an identity to somebody by their address alone', async () => {
    const withPassword = await makePerson(running, 'Has Password', ['administrator'])
    await ada.call('POST', '/api/console/members/invitations', {
      email: 'invited@acme.test',
      roles: [{ role: 'viewer', team_id: null }],
    })
    for (const who of [
      { sub: 'evil-1', email: withPassword.email, email_verified: true },
      { sub: 'evil-2', email: 'invited@acme.test', email_verified: false },
      { sub: 'evil-3', email: 'invited@acme.test' },
      { sub: 'evil-4', email: 'invited＠acme.test', email_verified: true },
      { sub: 'evil-5', email: '"invited@acme.test"@evil.example', email_verified: true },
      { sub: 'evil-6', email: 'stranger@acme.test', email_verified: true },
      { sub: 'evil-7', email: 'sso@acme.test', email_verified: true },
      { sub: 'evil-8' },
    ]) {
      const { status, landed } = await signInAs(who)
      expect(status, JSON.stringify(who)).toBe(401)
      expect(new URL(landed, url).origin).toBe(url)
    }
    const { rows } = await running.app.db.pool.query('select subject from identity')
    expect(rows).toEqual([{ subject: 'sub-1' }])
  })

  it('W15: a code of one browser is worth nothing in another, nor without its state', async () => {
    claimed = { sub: 'sub-1', email: 'sso@acme.test', email_verified: true }
    const [mine, theirs] = [new Browser(), new Browser()]
    const back = await mine.passProvider(await mine.begin())
    await theirs.begin()
    await theirs.go(back)
    expect((await theirs.me()).status).toBe(401)
    const changed = new URL(back)
    changed.searchParams.set('state', 'another')
    await mine.go(changed.href)
    expect((await mine.me()).status).toBe(401)
  })

  it('A10: a disabled person does not come back in', async () => {
    const { browser } = await signInAs({ sub: 'sub-1', email: 'sso@acme.test', email_verified: true })
    const { id } = (await browser.me()).json
    expect((await ada.call('PATCH', `/api/console/members/${id}`, { status: 'disabled' })).status).toBe(200)
    expect((await browser.me()).status).toBe(401)
    expect((await signInAs({ sub: 'sub-1', email: 'sso@acme.test', email_verified: true })).status).toBe(401)
  })
})
