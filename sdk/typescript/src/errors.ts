export type NextAction = 'retry' | 'revise' | 'stop'

const advice: Readonly<Record<NextAction, string>> = {
  retry: 'It may be asked again later.',
  revise: 'A changed attempt may be asked.',
  stop: 'Do not try it again or work around it.',
}

/** One line: no control, bidi or invisible characters, at most 300 long. */
const inert = (text: string) =>
  text
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .trim()
    .slice(0, 300)

/** The action may not be done, and was not. `forModel` is one safe text to hand to a language model. */
export class Denied extends Error {
  override readonly name = 'Denied'
  readonly status: string
  readonly code: string
  readonly reason: string
  /** `retry` with a new key, `revise` with `revises: actionId`, or `stop`. */
  readonly nextAction: NextAction
  readonly actionId: string

  constructor(status: string, code: string, reason: string, nextAction: NextAction, actionId: string) {
    super(`${status}: ${reason}`)
    this.status = status
    this.code = code
    this.reason = reason
    this.nextAction = nextAction
    this.actionId = actionId
  }

  get forModel(): string {
    return `This action was not allowed (${inert(this.reason)}). It was not done. ${advice[this.nextAction]}`
  }
}

/** There is no decision that can be trusted: nothing was run. The same key may be tried again. */
export class Unavailable extends Error {
  override readonly name: string = 'Unavailable'
  /** The idempotency key that finds this action again; null where none was in play. */
  readonly key: string | null

  constructor(message: string, key: string | null, options?: { cause?: unknown }) {
    super(message, options)
    this.key = key
  }

  get forModel(): string {
    return 'This action could not be checked now. It was not done. It may be asked again later.'
  }
}

/** The request itself was refused with a problem (RFC 9457): nothing was run, and asking the same again gives the same. */
export class Refused extends Unavailable {
  override readonly name = 'Refused'
  readonly status: number
  readonly code: string
  readonly detail: string

  constructor(status: number, code: string, detail: string, key: string | null = null) {
    super(`${code}: ${detail}`, key)
    this.status = status
    this.code = code
    this.detail = detail
  }

  /** The same, about the action of this key. */
  of(key: string | null): Refused {
    return new Refused(this.status, this.code, this.detail, key)
  }
}

/** The action of this key has been run before and its outcome was reported: it is not run a second time. */
export class AlreadyDone extends Error {
  override readonly name = 'AlreadyDone'
  readonly actionId: string
  readonly outcome: string

  constructor(actionId: string, outcome: string) {
    super(`this action was run before: ${outcome}`)
    this.actionId = actionId
    this.outcome = outcome
  }
}

/** Throw it from `run` when nobody can tell whether the thing was done (a timeout of a bank): the outcome is `unknown`. */
export class OutcomeUnknown extends Error {
  override readonly name = 'OutcomeUnknown'
}
