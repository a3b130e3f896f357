import { type Action, type Answer, denialOf } from '../answer.ts'
import { canonical } from '../canonical.ts'
import { Refused, Unavailable } from '../errors.ts'
import { type Described, passing } from '../guarded.ts'
import type { Holdpoint } from '../holdpoint.ts'
import { sha256Hex } from '../sha256.ts'
import type { WaitOptions } from '../wait.ts'

/** How the calls of a framework's tools are asked about. */
export interface Oversight extends Pick<WaitOptions, 'timeoutSeconds' | 'signal'> {
  readonly holdpoint: Holdpoint
  /**
   * What these calls belong to: a conversation, a job. The same call (by the framework's id) of the same task is the same action,
   * for ever: after a restart it finds its decision, and is not done twice.
   */
  readonly task: string
  /**
   * How long a call waits for people before the framework pauses its run, 0 to 60. Without it nothing pauses: a call waits until
   * it is decided.
   */
  readonly pauseAfterSeconds?: number
  /** Called once for each call that people must decide, with the address where they do, before anything waits or pauses. */
  readonly onHeld?: (answer: Answer) => void
  /** What the arguments do not say of a call: its resource, intent, context. The same for the same call. */
  readonly describe?: (tool: string, params: Record<string, unknown>) => Described
}

/** One call of one tool, as the framework names it. */
export interface Call {
  readonly tool: string
  readonly params: unknown
  readonly id: string
}

/** What was decided, or that people still have to; with the text for the model where it may not be done. */
export type Judged =
  | { readonly is: 'allowed'; readonly answer: Answer }
  | { readonly is: 'waiting'; readonly answer: Answer }
  | { readonly is: 'not'; readonly text: string }

const wire = (text: string): Record<string, unknown> => JSON.parse(text)

/** The calls of one task. What a framework believes of an approval never counts: each is run by `gate`, or not at all. */
export class Calls {
  private readonly oversight: Oversight
  private readonly waiting: WaitOptions
  private readonly told = new Set<string>()

  constructor(oversight: Oversight) {
    this.oversight = oversight
    const { timeoutSeconds, signal, onHeld } = oversight
    this.waiting = {
      ...(timeoutSeconds === undefined ? {} : { timeoutSeconds }),
      ...(signal ? { signal } : {}),
      ...(onHeld ? { onHeld: answer => this.tell(answer) } : {}),
    }
  }

  /**
   * Asks, and waits as long as a call may wait before its run pauses. @throws Refused: the request itself is at fault, as with a
   * revoked key; TypeError for arguments that are no JSON
   */
  async ask(call: Call): Promise<Judged> {
    const { holdpoint, pauseAfterSeconds } = this.oversight
    if (pauseAfterSeconds === undefined) return this.decided(call)
    const submit = (seconds: number) => holdpoint.submit(this.action(call), this.key(call), seconds)
    return this.judged(async () => {
      // Who is to hear of it hears before it is waited for.
      if (!this.oversight.onHeld) return submit(pauseAfterSeconds)
      const answer = await submit(0)
      if (answer.verdict !== null) return answer
      this.tell(answer)
      return pauseAfterSeconds === 0 ? answer : submit(pauseAfterSeconds)
    })
  }

  /** Asks, and waits until it is decided. @throws as `ask` */
  async decided(call: Call): Promise<Judged> {
    const { holdpoint } = this.oversight
    return this.judged(() => holdpoint.decide(this.action(call), this.key(call), this.waiting))
  }

  /**
   * Runs it through the gate: with the arguments that came back, once, and reported.
   * @throws as `Holdpoint.gate` does
   */
  async run<P extends object, T>(call: Call, run: (params: P, answer: Answer) => Promise<T> | T): Promise<T> {
    const { holdpoint } = this.oversight
    return holdpoint.gate(this.action(call), passing(run), { ...this.waiting, key: this.key(call) })
  }

  /** A call that goes on after a pause was told of before it. */
  private tell(answer: Answer): void {
    if (this.told.has(answer.id)) return
    this.told.add(answer.id)
    this.oversight.onHeld?.(answer)
  }

  private action({ tool, params }: Call): Action {
    const sent = wire(canonical(params))
    const described = this.oversight.describe?.(tool, sent)
    return { ...described, context: { task: this.oversight.task, ...described?.context }, tool, params: sent }
  }

  /** Ids of calls are unique within a task at best; some models count from one. */
  private key({ id }: Call): string {
    return `call-${sha256Hex(canonical([this.oversight.task, id]))}`
  }

  private async judged(ask: () => Promise<Answer>): Promise<Judged> {
    try {
      const answer = await ask()
      if (answer.verdict === null) return { is: 'waiting', answer }
      if (answer.verdict === 'allow') return { is: 'allowed', answer }
      return { is: 'not', text: denialOf(answer).forModel }
    } catch (error) {
      if (error instanceof Refused || !(error instanceof Unavailable)) throw error
      return { is: 'not', text: error.forModel }
    }
  }
}
