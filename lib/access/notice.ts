import { z } from 'zod'
import { clockIn, isTimeZone, minutesOf, weekdays } from './calendar'

/** By what a person can be told outside the app, where the same always stands. */
export const channels = ['mail', 'slack', 'push'] as const
export type Channel = (typeof channels)[number]

/** What people are told of, as they choose by it. */
export const topics = ['approval', 'reminder', 'escalation', 'news'] as const
export type Topic = (typeof topics)[number]

/** Zones and summer time keep to quarters of an hour, and so do these. */
const clock = z.string().regex(/^([01]\d|2[0-3]):(00|15|30|45)$/, 'A time of day to the quarter, as 22:00')
const chosen = z
  .array(z.enum(channels))
  .max(channels.length)
  .refine(list => new Set(list).size === list.length, 'Each channel once')

/** Hours in which nothing is sent that can wait; from 22:00 until 07:00 goes over midnight. */
const quiet = z
  .strictObject({
    time_zone: z.string().max(60).refine(isTimeZone, 'This time zone is not known'),
    from: clock,
    until: clock,
    /** Whole days without notices too: 1 is Monday. */
    days: z.array(z.union(weekdays.map(one => z.literal(one)))).max(6, 'One day must be left'),
  })
  .refine(one => one.from !== one.until, { path: ['until'], message: 'It must end at another time' })

/** How a person wants to be told. */
export const preferenceBody = z.strictObject({
  topics: z.strictObject({
    /** A decision waits for them: it goes somewhere. */
    approval: chosen.refine(list => list.length > 0, 'What waits for you must reach you somewhere'),
    reminder: chosen,
    escalation: chosen.refine(list => list.length > 0, 'What is passed on to you must reach you somewhere'),
    news: chosen,
  }),
  quiet: quiet.nullable(),
})
export type Preference = z.output<typeof preferenceBody>

/** What counts until a person has said otherwise: everything, wherever it reaches them, at any hour. */
export const plainPreference: Preference = {
  topics: { approval: [...channels], reminder: [...channels], escalation: [...channels], news: [...channels] },
  quiet: null,
}

/** Which of its topics a kind of message is. */
export function topicOf(kind: string): Topic {
  if (kind === 'hold.opened') return 'approval'
  if (kind === 'hold.halfway' || kind.startsWith('hold.reminded.')) return 'reminder'
  if (kind.startsWith('hold.escalated.')) return 'escalation'
  return 'news'
}

const quarter = 15 * 60_000

/** Are these quiet hours, by the person's own clock? */
export function isQuiet(hours: NonNullable<Preference['quiet']>, at: Date): boolean {
  const { weekday, minutes } = clockIn(hours.time_zone, at)
  if (hours.days.includes(weekday)) return true
  const [from, until] = [minutesOf(hours.from), minutesOf(hours.until)]
  return from < until ? minutes >= from && minutes < until : minutes >= from || minutes < until
}

/** When quiet hours are over: `at` itself where there are none now. */
export function afterQuiet(hours: Preference['quiet'], at: Date): Date {
  if (!hours || !isQuiet(hours, at)) return at
  const first = Math.floor(at.getTime() / quarter) * quarter + quarter
  // One day a week is left: within eight days they end.
  for (let n = 0; n < 8 * 96; n++) {
    const next = new Date(first + n * quarter)
    if (!isQuiet(hours, next)) return next
  }
  return at
}

/** One message on its way: by what, and not before when. */
export interface Route {
  readonly channel: Channel
  readonly due_at: Date
}

/**
 * By which channels a message goes and when. Whoever sends it may name the channels (an escalation's level does); otherwise
 * the person's own choice counts. A choice that reaches them nowhere falls back to whatever does, unless they chose nothing:
 * what must be decided is never sent into the void. What is urgent goes out in quiet hours too.
 */
export function routesOf(
  message: { readonly kind: string; readonly channels?: readonly Channel[]; readonly urgent?: boolean },
  preference: Preference,
  reachable: readonly Channel[],
  at: Date,
): Route[] {
  const wanted = message.channels ?? preference.topics[topicOf(message.kind)]
  if (wanted.length === 0) return []
  const reached = wanted.filter(one => reachable.includes(one))
  const due_at = message.urgent ? at : afterQuiet(preference.quiet, at)
  return (reached.length > 0 ? reached : reachable).map(channel => ({ channel, due_at }))
}
