/** What an approved change hands to the verb of its kind. */
export interface ApprovedChange {
  readonly subject_id: string
  readonly payload: unknown
  readonly based_on: string | null
  readonly hold_id: string
  /** Whose approvals stand, in the order in which they came. */
  readonly approved_by: readonly string[]
}
