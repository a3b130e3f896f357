import { z } from 'zod'
import { type Asked, type AskedRow, askedOf } from './asked'

const dayMs = 86_400_000
const weekMs = 7 * dayMs

/** An ISO week (ISO 8601, UTC): its name, and when it begins and ends. */
export interface Week {
  readonly name: string
  readonly from: Date
  readonly to: Date
}

/** The ISO week that is over at that time: the one of which a digest tells. */
export function lastWeek(at: Date): Week {
  const midnight = Math.floor(at.getTime() / dayMs) * dayMs
  const monday = midnight - ((new Date(midnight).getUTCDay() + 6) % 7) * dayMs
  const from = new Date(monday - weekMs)
  // The week belongs to the year of its Thursday.
  const thursday = new Date(from.getTime() + 3 * dayMs)
  const year = thursday.getUTCFullYear()
  const number = Math.floor((thursday.getTime() - Date.UTC(year, 0, 1)) / weekMs) + 1
  return { name: `${year}-W${String(number).padStart(2, '0')}`, from, to: new Date(monday) }
}

const count = z.number().int()
/** What one owner's digest carries: counts, and nothing that an agent wrote. */
export const digestPayload = z.strictObject({
  kind: z.literal('owner.digest'),
  week: z.string(),
  agents: count,
  went_on: count,
  approved: count,
  rejected: count,
  denied: count,
  expired: count,
  contained: count,
  failed: count,
  rolled_back: count,
  waiting: count,
  /** Letters that were written before it was counted have none. */
  unused: count.default(0),
})
export type DigestPayload = z.output<typeof digestPayload>

/**
 * The digest of these agents' week; null where they asked nothing, nothing waits and nothing is unused.
 * `waiting`: holds that are open now; `unused`: their scopes under which nothing was asked for 30 days.
 */
export function digestOf(
  week: Week,
  rows: readonly AskedRow[],
  agents: number,
  { waiting, unused }: { readonly waiting: number; readonly unused: number },
): DigestPayload | null {
  const all: Asked = askedOf(rows)
  if (waiting === 0 && unused === 0 && rows.every(row => row.count === 0)) return null
  return {
    kind: 'owner.digest',
    week: week.name,
    agents,
    went_on: all.allowed + all.approved,
    approved: all.approved,
    rejected: all.rejected,
    denied: all.denied,
    expired: all.expired,
    contained: all.contained,
    failed: all.failed,
    rolled_back: all.rolled_back,
    waiting,
    unused,
  }
}

/** The text of a digest: counts and links. `url` is where Holdpoint is. */
export function digestText(digest: DigestPayload, url: string): { readonly subject: string; readonly text: string } {
  const lines = [
    `went on: ${digest.went_on} (${digest.approved} of them approved by people)`,
    `rejected by people: ${digest.rejected}`,
    `denied by rules: ${digest.denied}`,
    `expired undecided: ${digest.expired}`,
    `stopped by a switch: ${digest.contained}`,
    `failed afterwards: ${digest.failed}`,
    `put back afterwards: ${digest.rolled_back}`,
    `waiting now: ${digest.waiting}`,
    ...(digest.unused > 0 ? [`scopes that nothing needed for 30 days: ${digest.unused}`] : []),
  ]
  const whose =
    digest.agents === 1 ? 'the agent that you answer for' : `the ${digest.agents} agents that you answer for`
  return {
    subject: `Your agents, week ${digest.week}`,
    text: `What ${whose} asked in week ${digest.week}, and what became of it:\n\n${lines.map(line => `- ${line}`).join('\n')}\n\nBy agent: ${url}/reports/agents\nWhat waits: ${url}/approvals\n`,
  }
}
