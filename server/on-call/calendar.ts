import { digestOf } from '@/lib/kernel/digest'
import { Refused } from '@/lib/kernel/problem'
import { onCallEvent } from '@/lib/on-call/events'
import { finderOf, personIn } from '@/lib/on-call/match'
import { clock } from '@/server/db/guard'
import { record } from '@/server/db/record'
import { type Reader, reader, type Tx, transact } from '@/server/db/tx'
import type { Instance } from '@/server/instance'
import { readAllow } from '@/server/outgoing/address'
import { OutgoingRefused } from '@/server/outgoing/destination'
import { guardedFetch } from '@/server/outgoing/guarded-fetch'
import { bounds, CalendarUnreadable, readCalendarText } from './calendar-text'
import { knownPeople } from './people-store'
import { claimCalendars, findSchedule, type Kept, keepEntries, noteUnread, type ScheduleRow } from './store'

const day = 86_400_000
/** What is read of a calendar: so far back, so that the last weeks can be looked at, and so far ahead. */
const window = { back: 35 * day, ahead: 370 * day } as const
const askEvery = 15 * 60_000
const atOnce = 5

/** Calendars are often handed out under a scheme of their own, which is https all the same. */
const fetchedFrom = (url: string) => url.replace(/^webcals?:\/\//i, 'https://')

/** The part of a calendar's address that is no secret. */
export function originOf(url: string): string {
  const address = fetchedFrom(url)
  return URL.canParse(address) ? new URL(address).origin : 'a calendar'
}

/** Asks for a calendar and reads it as of now. @throws OutgoingRefused, CalendarUnreadable */
async function askCalendar(app: Pick<Instance, 'config' | 'db'>, url: string, zone: string): Promise<Kept> {
  const answer = await guardedFetch(
    {
      method: 'GET',
      url: fetchedFrom(url),
      headers: { accept: 'text/calendar, text/plain;q=0.5' },
      milliseconds: 10_000,
      maxBytes: bounds.bytes,
    },
    readAllow(app.config.fetchAllow),
  )
  if (answer.status !== 200) throw new CalendarUnreadable(`It answered ${answer.status}.`)
  const db = reader(app.db.pool)
  const [now, people] = await Promise.all([clock(db), knownPeople(db)])
  const [from, until] = [new Date(now.getTime() - window.back), new Date(now.getTime() + window.ahead)]
  const read = readCalendarText(answer.body.toString('utf8'), zone, from, until)
  const finder = finderOf(people)
  const entries = read.entries.map(entry => {
    const person_id = personIn(finder, entry)
    // Whom an entry means is only worth keeping where that is nobody here: it is what somebody has to put right.
    const title = person_id ? entry.title : [entry.title, ...entry.emails.slice(0, 2)].filter(Boolean).join(' · ')
    return { from: entry.from, until: entry.until, person_id, title }
  })
  return { entries, notes: read.notes }
}

const whyNot = (error: unknown): string | null =>
  error instanceof OutgoingRefused ? error.detail : error instanceof CalendarUnreadable ? error.message : null

/** Asks for a calendar that somebody typed in. @throws Refused `on_call.unreadable`, at the field */
export async function demandCalendar(app: Pick<Instance, 'config' | 'db'>, url: string, zone: string): Promise<Kept> {
  try {
    return await askCalendar(app, url, zone)
  } catch (error) {
    const why = whyNot(error)
    if (why === null) throw error
    throw new Refused('on_call.unreadable', why, { errors: [{ pointer: '/calendar_url', message: why }] })
  }
}

const engine = { kind: 'system', id: 'engine' } as const

/** Keeps what a calendar said; what it says anew is recorded, since it decides whom people wait for. */
export async function keep(
  tx: Tx,
  row: Pick<ScheduleRow, 'id' | 'digest' | 'failed_at'>,
  kept: Kept,
  at: Date,
): Promise<void> {
  const digest = digestOf(
    kept.entries.map(one => [one.from.getTime(), one.until.getTime(), one.person_id ?? '', one.title]),
  )
  await keepEntries(tx, row.id, kept, digest, at)
  if (digest === row.digest && row.failed_at === null) return
  tx.hint('on_call', [row.id])
  const data = { schedule_id: row.id, digest, entries: kept.entries.length }
  await record(tx, at, [onCallEvent('on_call.calendar_read', engine, [row.id], data)])
}

/** Reads the calendar of one schedule again. The last good one stays where it cannot be read; a fault is recorded as it begins. */
export async function readAgain(app: Pick<Instance, 'config' | 'db'>, row: ScheduleRow): Promise<void> {
  const url = row.calendar_url
  if (url === null) return
  const found = await askCalendar(app, url, row.time_zone).catch((error: unknown) => {
    const why = whyNot(error)
    if (why === null) throw error
    return why
  })
  await transact(app.db, async tx => {
    const now = await findSchedule(tx, row.id, true)
    // Another calendar took its place meanwhile, or it was removed.
    if (now?.calendar_url !== url || now.time_zone !== row.time_zone) return
    const at = await clock(tx)
    if (typeof found !== 'string') return keep(tx, now, found, at)
    await noteUnread(tx, row.id, found, at)
    tx.hint('on_call', [row.id])
    if (now.failed_at === null)
      await record(tx, at, [
        onCallEvent('on_call.calendar_failed', engine, [row.id], { schedule_id: row.id, reason: found }),
      ])
  })
}

/** Reads the calendars that were asked longest ago, each every quarter of an hour; instances share them. */
export async function readDueCalendars(app: Pick<Instance, 'config' | 'db'>): Promise<number> {
  const db: Reader = reader(app.db.pool)
  const due = await claimCalendars(db, new Date((await clock(db)).getTime() - askEvery), atOnce)
  for (const row of due) await readAgain(app, row)
  return due.length
}
