import type { AuthOptions } from 'next-auth'
import { decode, encode } from 'next-auth/jwt'
import { z } from 'zod'
import { accessEvent } from '@/lib/access/events'
import { isId } from '@/lib/kernel/id'
import { clock } from '@/server/db/guard'
import { record } from '@/server/db/record'
import { reader, transact } from '@/server/db/tx'
import type { Instance } from '@/server/instance'
import { Claims, personOfIdentity } from './oidc'
import { type Sessions, SessionToken } from './sessions'
import { checkPassword, recordFailure, type SignInWay, signIn } from './sign-in'
import { findSignedIn, revokeSignIns } from './sign-in-store'

const Typed = z.object({ email: z.string().min(1).max(254), password: z.string().min(1).max(1_000) })
const cookieHours = 168

/** next-auth's options for one request: they close over where it comes from. */
export function authOptions(
  app: Pick<Instance, 'db' | 'vault' | 'config' | 'log'>,
  sessions: Sessions,
  from: Omit<SignInWay, 'method'>,
): AuthOptions {
  const { oidc } = app.config
  const remote = from.remote ?? 'unknown'
  const shared = { httpOnly: true, sameSite: 'lax', path: '/', secure: sessions.secure } as const
  return {
    secret: sessions.secret,
    useSecureCookies: sessions.secure,
    cookies: { sessionToken: { name: sessions.cookieName, options: shared } },
    session: { strategy: 'jwt', maxAge: cookieHours * 3_600 },
    pages: { signIn: '/sign-in', signOut: '/sign-in', error: '/sign-in' },
    logger: {
      error: (code, metadata) =>
        app.log.warn({ code, reason: metadata instanceof Error ? metadata.message : undefined }, 'sign-in failed'),
      warn: () => undefined,
      debug: () => undefined,
    },
    providers: [
      {
        id: 'credentials',
        name: 'Password',
        type: 'credentials' as const,
        credentials: { email: {}, password: {} },
        async authorize(given: unknown) {
          const typed = Typed.safeParse(given)
          if (!typed.success) return null
          const person = await checkPassword(app, typed.data.email, typed.data.password)
          if (!person) return null
          await sessions.throttle.succeeded(remote, typed.data.email)
          return { id: person }
        },
      },
      ...(oidc
        ? [
            {
              id: 'oidc',
              name: oidc.name,
              type: 'oauth' as const,
              wellKnown: `${oidc.issuer}/.well-known/openid-configuration`,
              clientId: oidc.clientId,
              clientSecret: oidc.clientSecret,
              authorization: { params: { scope: 'openid email profile' } },
              idToken: true,
              checks: ['pkce' as const, 'state' as const, 'nonce' as const],
              httpOptions: { timeout: 10_000 },
              profile: (claims: { sub: string }) => ({ id: claims.sub }),
            },
          ]
        : []),
    ],
    jwt: {
      // A token whose sign-in has ended is no token, also to next-auth itself: it then clears the cookie.
      async decode(given) {
        const token = SessionToken.safeParse(await decode(given).catch(() => null))
        if (!token.success) return null
        // A database out of reach says nothing about the sign-in: the cookie stays, and opens nothing meanwhile.
        const [found] = await findSignedIn(reader(app.db.pool), [token.data]).catch(() => ['unknown'])
        return found ? token.data : null
      },
      encode,
    },
    callbacks: {
      async signIn({ user, account, profile }) {
        if (account?.provider !== 'oidc') return true
        const claims = Claims.safeParse(profile)
        const person = claims.success ? await personOfIdentity(app, claims.data) : null
        if (!person) await recordFailure(app, null, 'oidc')
        user.id = person ?? ''
        return person !== null
      },
      async jwt({ token, user, account }) {
        if (!account || !user || !isId('usr', user.id)) return SessionToken.parse(token)
        const { hours: _, ...made } = await signIn(app, user.id, {
          ...from,
          method: account.provider === 'oidc' ? 'oidc' : 'password',
        })
        return made
      },
      session: ({ session }) => ({ expires: session.expires }),
    },
    events: {
      async signOut({ token }) {
        const known = SessionToken.safeParse(token)
        if (!known.success || !isId('usr', known.data.sub)) return
        const person = known.data.sub
        const sign_in_id = known.data.sign_in
        await transact(app.db, async tx => {
          const at = await clock(tx)
          if ((await revokeSignIns(tx, person, { only: sign_in_id }, at)).length === 0) return
          tx.hint('sign_in', [sign_in_id])
          await record(tx, at, [
            accessEvent('person.signed_out', { kind: 'person', id: person }, [person], {
              person_id: person,
              sign_in_id,
            }),
          ])
        })
      },
    },
  }
}
