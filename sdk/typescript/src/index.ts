export type { Action, Answer, Obligation } from './answer.ts'
export { canonical, digestOf } from './canonical.ts'
export { AlreadyDone, Denied, type NextAction, OutcomeUnknown, Refused, Unavailable } from './errors.ts'
export { type GateOptions, Holdpoint, type Options, type Outcome, type Run } from './holdpoint.ts'
