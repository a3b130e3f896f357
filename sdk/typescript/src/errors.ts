/** The action may not be done. `forModel` is one safe text to hand to a language model: no ids, no thresholds, no names. */
export class Denied extends Error {
  override readonly name = 'Denied'

  constructor(
    readonly status: string,
    readonly code: string,
    readonly reason: string,
    readonly nextAction: 'retry' | 'revise' | 'stop',
    readonly actionId: string,
  ) {
    super(`${status}: ${reason}`)
  }

  get forModel(): string {
    const advice = {
      retry: 'It may be asked again later.',
      revise: 'A changed attempt may be asked.',
      stop: 'Do not try it again or work around it.',
    }[this.nextAction]
    return `This action was not allowed (${this.reason.replace(/\s+/g, ' ').slice(0, 300)}). It was not done. ${advice}`
  }
}

/** No answer that can be trusted: the action was not run. The same key may be tried again. */
export class Unavailable extends Error {
  override readonly name = 'Unavailable'
  readonly key: string

  constructor(message: string, key: string, options?: { cause?: unknown }) {
    super(message, options)
    this.key = key
  }
}

/** The request itself was refused (a problem+json answer): asking the same again gives the same. */
export class Refused extends Error {
  override readonly name = 'Refused'

  constructor(
    readonly status: number,
    readonly code: string,
    readonly detail: string,
  ) {
    super(`${code}: ${detail}`)
  }
}
