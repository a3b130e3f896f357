/** What one notice says, in the product's own words: `what` is its matter, `end` what follows if nothing is done. */
export interface NoticeWords {
  readonly title: string
  readonly text: string
  /** It asks for a decision: not worth sending once that is taken. */
  readonly open: boolean
}

/** What a message of this kind says about a hold; null: nothing that is known. */
export function noticeWords(kind: string, what: string): NoticeWords | null {
  const reminded = /^hold\.reminded\.(\d{1,3})$/.exec(kind)?.[1]
  if (reminded)
    return {
      title: `${reminded} % of the time is gone`,
      text: `An approval has waited for ${reminded} % of its time: ${what}.`,
      open: true,
    }
  if (kind.startsWith('hold.escalated.'))
    return { title: 'An approval is passed on to you', text: `Nobody has decided yet: ${what}.`, open: true }
  if (kind.startsWith('hold.asked.'))
    return { title: 'Somebody asks about an approval', text: `It may be yours to answer: ${what}.`, open: true }
  if (kind.startsWith('hold.answered.'))
    return { title: 'Your question was answered', text: `What you asked about is still open: ${what}.`, open: true }
  switch (kind) {
    case 'hold.opened':
      return {
        title: 'An approval is waiting for you',
        text: `Something is held until people decide: ${what}.`,
        open: true,
      }
    case 'hold.halfway':
      return {
        title: 'Half of the time is gone',
        text: `An approval for your agent has waited for half of its time: ${what}.`,
        open: true,
      }
    case 'hold.unseen':
      return {
        title: 'Three approvals in a row expired unseen',
        text: 'Nobody opened the last three approvals before they expired. Check that approvers are reached.',
        open: false,
      }
    default:
      return null
  }
}

/** Why this person is told, from a message's payload; what is no sentence of ours is left out. */
export function whyIn(payload: string): string | null {
  try {
    const { why }: { why?: unknown } = JSON.parse(payload)
    return typeof why === 'string' && why !== '' ? why.replaceAll(/[\p{C}]+/gu, ' ').slice(0, 300) : null
  } catch {
    return null
  }
}
