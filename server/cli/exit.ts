/** Exit codes, the same for every command (docs/cli.md). */
export const exit = {
  done: 0,
  /** Refused, decided already, not well, or nothing there. */
  no: 1,
  /** Asked wrongly; nothing was sent. */
  misused: 2,
  /** Not signed in here, or not any more; or the key is not accepted. */
  signedOut: 3,
  /** The server cannot be reached, or cannot decide now. */
  away: 4,
  /** This is done in the browser. */
  browser: 5,
} as const

/** Ends a command with a code and a sentence for people. */
export class Ended extends Error {
  constructor(
    readonly code: number,
    message: string,
  ) {
    super(message)
  }
}
