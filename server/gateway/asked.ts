import type { Logger } from 'pino'
import type { Scrubber } from '@/lib/gateway/scrub'
import type { Caller, Permits } from './holdpoint'
import type { Pending } from './pending'
import type { Recorder } from './recorder'
import type { OfferedTool, Upstream } from './upstream'

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

/** One call of one tool. */
export interface Asked {
  readonly caller: Caller
  readonly session: string
  readonly tool: OfferedTool
  readonly upstream: Upstream
  readonly params: Record<string, unknown>
  readonly traceparent: string | undefined
  /** Fires when the client has gone, or has taken its call back. */
  readonly signal: AbortSignal
  /** Tells the client that its call is alive; only where it asked to be told. */
  readonly progress:
    | ((made: { progress: number; total?: number | undefined; message?: string | undefined }) => void)
    | null
}
