import type { HoldDetail } from './hold'
import { isFinalAndIrreversible } from './use-decision'

/** What pressing the first verb does, in a line. */
export function whenPressed(hold: HoldDetail): string {
  if (hold.me.countersign && hold.me.may_approve)
    return isFinalAndIrreversible(hold)
      ? 'Your passkey is asked for. Then it can be taken back for five seconds.'
      : 'Your passkey is asked for, then it is sent at once.'
  if (hold.change?.kind === 'tool.classify') return 'Opens the form; nothing is decided by this press.'
  return isFinalAndIrreversible(hold)
    ? 'For five seconds it can be taken back, then it is sent.'
    : `Sent at once. All of the ${hold.change ? 'change has' : 'arguments have'} been shown.`
}
