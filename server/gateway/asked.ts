import type { ProtocolError } from '@modelcontextprotocol/client'
import type { Logger } from 'pino'
import type { ToolAnswer } from '@/lib/gateway/result'
import type { Scrubber } from '@/lib/gateway/scrub'
import type { Classification } from '@/lib/kernel/scale'
import type { Ended } from './ended'
import type { Caller, Permits } from './holdpoint'
import type { Pending } from './pending'
import type { Recorder } from './recorder'
import type { Progressed } from './talk'

/** What a call needs of the gateway. */
export interface Means {
  readonly pending: Pending
  readonly recorder: Recorder
  readonly permits: Permits
  readonly waitSeconds: number
  readonly scrub: Scrubber
  readonly log: Logger
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** Work that goes on after the answer; it is ended before the gateway does. */
  background(work: Promise<unknown>): void
}

/** Sends what was decided, once, with the arguments that came of it. `ticks`: how often the client has been told of progress. */
export type Send<R> = (params: Record<string, unknown>, ticks: number) => Promise<Ended<R>>

/** One thing that a client asks for, which is decided before anything is sent. */
export interface Asked<R extends object> {
  readonly caller: Caller
  readonly session: string
  /** By which name it is decided. */
  readonly tool: string
  readonly params: Record<string, unknown>
  /** What its results count as; undefined: not said. */
  readonly classification: Classification | undefined
  readonly traceparent: string | undefined
  /** Fires when the client has gone, or has taken its call back. */
  readonly signal: AbortSignal
  /** Fires when it has taken its call back; the reason is a text. */
  readonly back: AbortSignal
  /** Tells the client that its call is alive; only where it asked to be told. */
  readonly progress: ((made: Progressed) => void) | null
  /** The way to its server, opened where it is not open yet: before the permit is used. @throws what keeps it from being opened */
  open(): Promise<Send<R>>
  /** The same where it stands open; null: it would have to be opened, so that nothing may be used up before. */
  opened(): Send<R> | null
  /** The text of a result, as it then stands before the model. */
  text(result: R): string
}

/** What came of it: the server's own answer, its own refusal, or what the gateway says of it. */
export type Gated<R> =
  | { readonly is: 'answered'; readonly result: R }
  | { readonly is: 'said'; readonly said: ToolAnswer; readonly error?: ProtocolError }
