import type { z } from 'zod'
import type { Permission, SignedIn } from '@/lib/access/permission'
import type { Principal } from '@/lib/kernel/principal'
import type { ProblemCode } from '@/lib/kernel/problem'
import type { KnownAgent } from '@/server/agent/authenticate'
import type { SentHeaders } from '@/server/gate/request-headers'
import type { Served } from '@/server/gate/served'

/** One request, after the door has checked who it is and what it says. */
export interface Call<W extends Who> {
  readonly app: Served
  readonly by: W extends 'open' | 'key' ? null : W extends 'agent' ? KnownAgent : SignedIn
  readonly principal: W extends 'open' | 'key' ? null : Principal
  readonly headers: SentHeaders
  /** The exact body as it was sent, after strict parsing accepted it; empty when there was none. */
  readonly raw: string
  /** Fires when the client hangs up. */
  readonly signal: AbortSignal
  readonly requestId: string
  /** The address the client connected from, or what a configured proxy says. */
  readonly remote: string
}

/**
 * Who may knock: `open` (nobody is asked), `agent` (a valid credential), `key` (an agent's key is there, and the
 * handler proves it by itself, inside the gate's batch), `signed_in` (any active person), or a
 * permission that the person must hold somewhere. What the object itself demands is asked again in the verb.
 */
export type Who = 'open' | 'agent' | 'key' | 'signed_in' | Permission

/** What a handler answers. `location` and the like go into `headers`; a body of undefined is 204. A `Response` goes out as it is. */
export interface Answer<A> {
  readonly status: 200 | 201 | 202 | 204
  readonly body?: A
  readonly headers?: Readonly<Record<string, string>>
}

/** One route as a value: Hono serves it, OpenAPI describes it, and the permission test walks it. */
export interface Door<W extends Who, P, Q, B, A> {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE'
  /** OpenAPI form, e.g. `/api/console/agents/{id}`. */
  readonly path: string
  readonly summary: string
  readonly who: W
  readonly params?: z.ZodType<P>
  readonly query?: z.ZodType<Q>
  /** Strict objects: an unknown field is 400. Absent: a body is not read. */
  readonly body?: z.ZodType<B>
  /** Takes an HTML form as it was sent: the handler reads `raw`, and proves by itself who sent it. Instead of `body`. */
  readonly form?: boolean
  /** Describes the body of a 2xx (OpenAPI); answers are built by us and not parsed again. Null: no body, or `media`. */
  readonly answer: z.ZodType | null
  /** What a body that is not JSON is. */
  readonly media?: string
  /** What a body of another media type is refused with, where a standard has a word of its own for it; else it is 415. */
  readonly badMedia?: ProblemCode
  /** The problems of this door's own, beside those that its shape brings with it (see problem-codes.ts). */
  readonly refuses?: readonly ProblemCode[]
  /** Knows its caller over the connections that are kept for the kill switch: it opens when the gate's are exhausted. */
  readonly emergency?: boolean
  /** Takes nothing from its credential's requests a second: waiting for an open hold is never refused with 429. */
  readonly unmetered?: boolean
  /**
   * What a personal token may do here. Absent: look and change nothing, so that a new door is safe from the start; `never`:
   * not even look; `decide`: change something, unless it is read-only; `always`: read-only ones too.
   */
  readonly token?: 'never' | 'decide' | 'always'
  readonly handle: (call: Call<W>, input: { params: P; query: Q; body: B }) => Promise<Answer<A> | Response>
}

/** A door of any shape, as the tables hold them. */
export interface AnyDoor extends Omit<Door<Who, unknown, unknown, unknown, unknown>, 'handle'> {
  readonly open: (
    call: Call<Who>,
    input: { params: unknown; query: unknown; body: unknown },
  ) => Promise<Answer<unknown> | Response>
}

/** Does this door let a personal token in that may decide? */
export function letsToken({ method, token }: Pick<AnyDoor, 'method' | 'token'>): boolean {
  return token !== 'never' && (method === 'GET' || token !== undefined)
}

/** Declares a door. The types of params, query and body come from their schemas. */
export function door<const W extends Who, P = unknown, Q = unknown, B = unknown, A = unknown>(
  shape: Door<W, P, Q, B, A>,
): AnyDoor {
  const { handle, ...rest } = shape
  return {
    ...rest,
    // The router has parsed the input with this door's own schemas and the caller with its own `who`.
    open: (call, input) => handle(call as Call<W>, input as { params: P; query: Q; body: B }),
  }
}
