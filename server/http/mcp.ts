import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { Refused } from '@/lib/kernel/problem'
import { Unavailable } from '@/server/db/tx'
import { authenticate, demandKnownKey, presentedHash } from '@/server/gate/authenticate'
import { hostedConsumer, verifyPermit } from '@/server/gate/consume'
import type { Served } from '@/server/gate/served'
import { bearer } from '@/server/gateway/endpoint'
import type { Caller } from '@/server/gateway/holdpoint'
import type { Consume } from '@/server/gateway/own'
import { type Hosted, openHosted } from '@/server/mcp/hosted'
import { originsOf, requestIdOf } from './address'
import { malformed } from './body'
import { refuseKeyInQuery } from './caller'
import { dataPolicy, safeHeaders } from './headers'
import { problemOf } from './problems'
import { fetchWithin } from './within'

/** `/mcp`: the servers that people have put behind Holdpoint, as one, for any client with an agent's key. */
export interface Mcp {
  handle(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void>
  /** From now on it answers. @param server this instance's own, at `url` */
  open(server: Server, url: string): void
  /** Takes no new call, and gives those that were sent to a server some time to be answered. */
  drain(): Promise<void>
  close(): Promise<void>
}

const drainMs = 10_000
const atMost = (work: Promise<unknown>, ms: number): Promise<unknown> => {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<void>(done => {
    timer = setTimeout(done, ms)
  })
  return Promise.race([work, late]).finally(() => clearTimeout(timer))
}

/** Uses permits as Holdpoint itself; an answer that was lost is asked for again under the same key. */
const hostedConsume =
  (app: Served): Consume =>
  async (permit, tool, params, key) => {
    for (let tries = 1; ; tries++) {
      try {
        const asked = { permit, tool, params, consume: true }
        const { valid, reason } = await verifyPermit(app, app.gate.registries, hostedConsumer, asked, key)
        return valid ? null : (reason ?? 'invalid')
      } catch (error) {
        if (!(error instanceof Unavailable) || tries >= 3) return 'unreachable'
      }
    }
  }

export function openMcp(app: Served): Mcp {
  let hosted: Hosted | null = null
  let ending = false
  const { registries } = app.gate
  const latest = () => registries.latest()?.version ?? 0

  /** Who calls, and as which client of the gateway. Every refusal is a problem, as at the other doors. */
  async function answer(open: Hosted, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const { origin, cookie, authorization } = incoming.headers
    if (origin && !originsOf(incoming, app.config).includes(origin)) throw new Refused('request.forbidden_origin')
    if (authorization !== undefined && app.sessions.carries(cookie)) throw new Refused('credential.ambiguous')
    const search = new URLSearchParams((incoming.url ?? '').split('?')[1] ?? '')
    if (search.size > 0) await refuseKeyInQuery(app, search)
    const headers = { get: (name: string) => incoming.headersDistinct[name]?.join(', ') ?? null }
    await demandKnownKey(registries, headers)
    app.gate.limit(presentedHash(headers))
    await open.sync(latest())
    const caller = await open.gateway.callers.of(bearer(incoming) ?? '')
    if (caller === 'refused') throw new Refused('credential.invalid')
    if (caller === 'unreachable') throw new Refused('service.unavailable')
    const wrong = await open.answer(caller, incoming, outgoing, async parsed => {
      // The gate reads anew who calls a tool, in the transaction that decides; of all else it is read here.
      if (open.gateway.isJudged(parsed)) return
      await authenticate(registries, headers)
      await open.sync(latest())
    })
    if (wrong === 'too_large') throw new Refused('request.too_large', 'The body is larger than 4 MiB.')
    if (wrong) throw malformed(wrong)
  }

  /** An outage says nothing of a key. */
  const opens = ({ key }: Caller): Promise<boolean> =>
    authenticate(registries, { get: name => (name === 'authorization' ? `Bearer ${key}` : null) }).then(
      () => true,
      error => !(error instanceof Refused),
    )

  const unsubscribe = app.db.hints.subscribe(hint => {
    const open = hosted
    if (!open || (hint !== 'resync' && hint.type !== 'registry')) return
    // Clients that listen hear of other tools at once; whoever asks gets what is true then, hint or not.
    registries
      .refresh()
      .then(async ({ version }) => {
        // Whoever listens by a key that opens no more hears nothing further.
        await open.endRefused()
        await open.sync(version)
      })
      .catch(() => undefined)
  })

  return {
    async handle(incoming, outgoing) {
      const requestId = requestIdOf(incoming)
      // Answers are streams: a proxy before us must not gather them.
      const streamed = { 'x-accel-buffering': 'no' }
      const always = { ...safeHeaders, ...streamed, 'content-security-policy': dataPolicy, 'x-request-id': requestId }
      for (const [name, value] of Object.entries(always)) outgoing.setHeader(name, value)
      try {
        if (!hosted || ending) throw new Refused('service.unavailable')
        await answer(hosted, incoming, outgoing)
      } catch (error) {
        const { status, headers, body } = problemOf(error, requestId, app.log)
        if (outgoing.headersSent) outgoing.destroy()
        else outgoing.writeHead(status, headers).end(body)
      }
    },
    open(server, url) {
      const reached = { url, within: fetchWithin(server), latest, opens }
      hosted = openHosted(app, reached, hostedConsume(app), app.gate.hostedKey)
    },
    async drain() {
      ending = true
      unsubscribe()
      if (!hosted) return
      await atMost(hosted.gateway.drain(), drainMs)
      await hosted.close()
    },
    async close() {
      if (hosted) await atMost(hosted.gateway.close(), drainMs)
    },
  }
}
