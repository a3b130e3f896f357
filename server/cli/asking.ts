import type { Keep } from '@/server/access/token-keep'

/** One run of a command: what was asked, and everything it may touch. */
export interface Asking {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly keep: Keep
  /** The server's origin. */
  readonly server: string
  readonly json: boolean
  readonly options: Readonly<Record<string, string | boolean | undefined>>
  readonly args: readonly string[]
  /** What was asked for: for people where not `--json`. It is made inert on the way. */
  readonly out: (text: string) => void
  /** One JSON value, on a line of its own where there will be several. */
  readonly tell: (value: unknown, line?: boolean) => void
  /** What goes on, for people. */
  readonly note: (text: string) => void
  /** Asks the person at the terminal; null: there is nobody. */
  readonly ask: ((question: string) => Promise<string>) | null
  /** Opens a page of the server; says where it is. */
  readonly open: (url: string) => void
  /** Fires when the person ends it. */
  readonly signal: AbortSignal
  readonly stdin: () => string
}

/** A text option. */
export function textOf({ options }: Pick<Asking, 'options'>, name: string): string | undefined {
  const value = options[name]
  return typeof value === 'string' ? value : undefined
}
