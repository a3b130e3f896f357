import type { Calendar } from '@/lib/access/calendar'
import type { Channel } from '@/lib/access/notice'
import type { Role } from '@/lib/access/permission'
import type { PersonId, TeamId } from '@/lib/kernel/id'

/** Whom a level tells: by what they are to the hold first, by name last. */
export type Target =
  | { readonly kind: 'approvers' }
  | { readonly kind: 'owner' }
  | { readonly kind: 'backup' }
  | { readonly kind: 'team'; readonly team_id: TeamId }
  | { readonly kind: 'role'; readonly role: Role; readonly team_id: TeamId | null }
  | { readonly kind: 'on_call'; readonly schedule_id: string }
  | { readonly kind: 'person'; readonly person_id: PersonId }

/** When a level is reached, counted from the opening of the hold: seconds, or a share of the hold's time. */
export type After = { readonly seconds: number } | { readonly percent: number }

/** One level: who is told, when, how, how often again, and whether they may decide it too from then on. */
export interface Level {
  readonly who: readonly Target[]
  readonly after: After
  /** Only the hours count in which people work. */
  readonly working: boolean
  /** None: as each person prefers. */
  readonly channels: readonly Channel[]
  /** In quiet hours too. */
  readonly urgent: boolean
  readonly repeat: { readonly every_seconds: number; readonly times: number } | null
  /** They may decide it, where they are approvers or governors and not on the side that asks. */
  readonly adds: boolean
}

/** The shares of a hold's time at which those who were told and may decide are reminded. */
export const reminders = [50, 90] as const
export type Reminder = (typeof reminders)[number]

/** Who is told about a hold after its approvers. The last level is the final one: nothing comes after it but the end. */
export interface EscalationPolicy {
  /** Null: what counts where nobody has written one. */
  readonly id: string | null
  readonly name: string
  readonly team_id: TeamId | null
  readonly min_risk: number
  /** When people work; null: as the team of the hold does. */
  readonly calendar: Calendar | null
  readonly reminders: readonly Reminder[]
  readonly levels: readonly Level[]
}

/** What counts where nobody has written a policy: owner and backup at half time, and both reminders. */
export const defaultPolicy: EscalationPolicy = {
  id: null,
  name: 'Standard',
  team_id: null,
  min_risk: 0,
  calendar: null,
  reminders,
  levels: [
    {
      who: [{ kind: 'owner' }, { kind: 'backup' }],
      after: { percent: 50 },
      working: false,
      channels: [],
      urgent: false,
      repeat: null,
      adds: false,
    },
  ],
}

/** The policy of a hold: its team's before the organisation's, and of several the one for the highest risk that it has. */
export function policyFor<P extends Pick<EscalationPolicy, 'team_id' | 'min_risk'>>(
  policies: readonly P[],
  hold: { readonly team_id: string | null; readonly risk: number },
): P | null {
  const fits = policies.filter(
    one => (one.team_id === null || one.team_id === hold.team_id) && one.min_risk <= hold.risk,
  )
  const nearer = (a: P, b: P) => Number(b.team_id !== null) - Number(a.team_id !== null) || b.min_risk - a.min_risk
  return fits.toSorted(nearer)[0] ?? null
}
