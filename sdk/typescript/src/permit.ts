import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { isObject } from './answer.ts'
import { canonical, digestOf } from './canonical.ts'
import { type PublishedKeys, publishedKeys } from './permit-keys.ts'

/** What the executing system is about to do: exactly this, and nothing else, must be what was permitted. */
export interface Use {
  readonly tool: string
  readonly params: Record<string, unknown>
  readonly resource?: Record<string, unknown> | null
  readonly operation?: string
}

/** A permit that is good for this use. `receipt` is set where it was used online. */
export interface Permitted {
  readonly permitId: string
  readonly actionId: string
  readonly agentId: string
  readonly receipt: string | null
}

/** It may not be done. `reason` is for logs; whoever asked needs no more than `status` (401 no permit, 403 not for this). */
export class PermitRefused extends Error {
  override readonly name = 'PermitRefused'
  readonly reason: string
  readonly status: 401 | 403 | 503

  constructor(reason: string, status: 401 | 403 | 503 = 403) {
    super(`not permitted: ${reason}`)
    this.reason = reason
    this.status = status
  }
}

export interface VerifierOptions {
  /** Where Holdpoint is, as `http(s)://host[:port]`. */
  readonly url: string
  /** This system as its permits name it: the tool's source in the catalogue, or `tool:` and the tool's name. */
  readonly audience: string
  /**
   * The key of this system's own registration. With it every permit is used online, once and for ever; without it permits are
   * checked by the published keys alone, and that each is used once is only known within this process.
   */
  readonly key?: string
  readonly environment?: 'development' | 'staging' | 'production'
  readonly fetch?: typeof fetch
  /** Milliseconds since 1970. */
  readonly now?: () => number
}

const tolerance = 5
const onlineMs = 5_000
const longestTold = 16_384

interface Claims {
  readonly jti: string
  readonly sub: string
  readonly action: string
  readonly executeBy: number
}

/** Checks permits for one executing system. Whatever is in doubt is refused. */
export class PermitVerifier {
  readonly #options: VerifierOptions
  readonly #keys: PublishedKeys
  readonly #key: string | undefined
  /** Permits that were let through here, until nothing can mint them any more. */
  readonly #used = new Map<string, number>()

  constructor(options: VerifierOptions) {
    const { key, ...rest } = options
    this.#key = key
    this.#options = { ...rest, url: new URL(options.url).href.replace(/\/+$/, '') }
    this.#keys = publishedKeys(this.#options.url, options.fetch ?? fetch, options.now ?? Date.now)
  }

  /**
   * Uses a permit for exactly this. What is refused is told to Holdpoint, where there is a key: nobody waits for that.
   * @throws PermitRefused for everything that is not certainly permitted
   */
  async use(permit: unknown, use: Use): Promise<Permitted> {
    try {
      return await this.#use(permit, use)
    } catch (error) {
      if (error instanceof PermitRefused && error.status !== 503) void this.#tell(permit, use)
      throw error
    }
  }

  async #tell(permit: unknown, use: Use): Promise<void> {
    if (this.#key === undefined) return
    const { url, fetch: ask = fetch } = this.#options
    const presented = typeof permit === 'string' && permit !== '' && permit.length <= longestTold ? { permit } : {}
    await ask(`${url}/api/v1/permits/ungated`, {
      method: 'POST',
      headers: { authorization: `Bearer ${this.#key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ tool: use.tool, done: false, ...presented }),
      redirect: 'error',
      signal: AbortSignal.timeout(onlineMs),
    }).catch(() => undefined)
  }

  async #use(permit: unknown, use: Use): Promise<Permitted> {
    if (typeof permit !== 'string' || permit === '') throw new PermitRefused('missing', 401)
    const claims = await this.#read(permit, use)
    const receipt = this.#key === undefined ? null : await this.#consume(permit, use, claims)
    if (this.#key === undefined) this.#once(claims)
    return { permitId: claims.jti, actionId: claims.action, agentId: claims.sub, receipt }
  }

  async #read(permit: string, use: Use): Promise<Claims> {
    const { audience, environment, now = Date.now } = this.#options
    const read = await this.#keys.open(permit)
    if (read === 'unreachable') throw new PermitRefused('the published keys are out of reach', 503)
    if (read === null) throw new PermitRefused('signature', 401)
    const { claims, issuer } = read
    const seconds = now() / 1_000
    const details = claims.authorization_details
    const detail: unknown = Array.isArray(details) && details.length === 1 ? details[0] : null
    const { jti, sub, action, iat, nbf, exp, execute_by } = claims
    if (typeof jti !== 'string' || typeof sub !== 'string' || typeof action !== 'string' || !isObject(detail))
      throw new PermitRefused('claims', 401)
    if (!isTime(iat) || !isTime(nbf) || !isTime(exp) || !isTime(execute_by)) throw new PermitRefused('claims', 401)
    if (claims.iss !== issuer) throw new PermitRefused('issuer', 401)
    if (seconds >= exp + tolerance || exp - iat > 60) throw new PermitRefused('expired')
    if (seconds < nbf - tolerance || seconds < iat - tolerance) throw new PermitRefused('not yet')
    if (claims.aud !== audience) throw new PermitRefused('audience')
    if (environment !== undefined && claims.environment !== environment) throw new PermitRefused('environment')
    if (detail.type !== 'holdpoint_action' || detail.identifier !== use.tool) throw new PermitRefused('tool')
    const actions = detail.actions
    if (
      use.operation !== undefined &&
      !(Array.isArray(actions) && actions.length === 1 && actions[0] === use.operation)
    )
      throw new PermitRefused('operation')
    if (detail.digest !== digestOfUse(use)) throw new PermitRefused('params')
    return { jti, sub, action, executeBy: execute_by }
  }

  /** One key for one use: asked again after a lost reply it finds the same receipt, and no other use ever does. */
  async #consume(permit: string, use: Use, claims: Claims): Promise<string> {
    const { url, audience, fetch: ask = fetch } = this.#options
    const body = canonical({ permit, ...use, resource: use.resource ?? null, audience, consume: true })
    const headers = {
      authorization: `Bearer ${this.#key}`,
      'content-type': 'application/json',
      'idempotency-key': randomUUID(),
    }
    for (let attempt = 0; attempt < 3; attempt++) {
      try {
        const answer = await ask(`${url}/api/v1/permits/verify`, {
          method: 'POST',
          headers,
          body,
          redirect: 'error',
          signal: AbortSignal.timeout(onlineMs),
        })
        const said: unknown = await answer.json()
        if (answer.status === 429 || answer.status >= 500) continue
        if (answer.status !== 200 || !isObject(said)) throw new PermitRefused(`verify answered ${answer.status}`, 503)
        if (said.valid !== true) throw new PermitRefused(typeof said.reason === 'string' ? said.reason : 'invalid')
        const { receipt } = said
        if (said.permit_id === claims.jti && said.action_id === claims.action && isObject(receipt))
          if (typeof receipt.id === 'string' && receipt.id !== '') return receipt.id
        throw new PermitRefused('an odd answer', 503)
      } catch (error) {
        if (error instanceof PermitRefused) throw error
      }
    }
    throw new PermitRefused('Holdpoint is out of reach', 503)
  }

  /** The same id may be minted again until the action's second clock has run out: that long it is remembered. */
  #once({ jti, executeBy }: Claims): void {
    const seconds = (this.#options.now ?? Date.now)() / 1_000
    for (const [id, until] of this.#used) if (until + tolerance < seconds) this.#used.delete(id)
    if (this.#used.has(jti)) throw new PermitRefused('already_used')
    this.#used.set(jti, executeBy)
  }
}

const isTime = (value: unknown): value is number => Number.isSafeInteger(value)

function digestOfUse(use: Use): string {
  try {
    return digestOf({ tool: use.tool, resource: use.resource ?? null, params: use.params })
  } catch {
    throw new PermitRefused('params')
  }
}

type Next = (error?: unknown) => void

/**
 * Middleware for Node HTTP servers (Connect, Express, or called by hand): reads the permit from the `Holdpoint-Permit` header,
 * never from an address, uses it for what `useOf` says that this request will do, and calls `next` only then. Everything else
 * is answered here as a problem (RFC 9457).
 */
export function requirePermit<R extends IncomingMessage>(
  verifier: PermitVerifier,
  useOf: (request: R) => Use | Promise<Use>,
): (request: R, response: ServerResponse, next: Next) => Promise<void> {
  return async (request, response, next) => {
    try {
      await verifier.use(request.headers['holdpoint-permit'], await useOf(request))
    } catch (error) {
      const status = error instanceof PermitRefused ? error.status : 403
      const title = status === 503 ? 'This cannot be checked now' : 'This needs a permit that is good for exactly this'
      response.writeHead(status, { 'content-type': 'application/problem+json', 'cache-control': 'no-store' })
      response.end(JSON.stringify({ type: 'about:blank', title, status }))
      return
    }
    next()
  }
}
