/** More approvals than this by one person within a minute are more than anybody reads (A26). */
export const mostApprovalsAMinute = 20
const minute = 60_000

/**
 * The most approvals that one person gave within any sixty seconds that end at one of `fresh`, and when those ended.
 * @param times all their approvals of that time, those of the minute before included
 * @returns null where no minute has more than `most`
 */
export function hurriedMinute(
  times: readonly Date[],
  fresh: readonly Date[],
  most = mostApprovalsAMinute,
): { readonly at: Date; readonly approvals: number } | null {
  const sorted = times.map(time => time.getTime()).toSorted((a, b) => a - b)
  let found: { at: Date; approvals: number } | null = null
  for (const end of fresh) {
    const last = end.getTime()
    const approvals = sorted.filter(time => time > last - minute && time <= last).length
    if (approvals > most && approvals > (found?.approvals ?? 0)) found = { at: end, approvals }
  }
  return found
}
