'use client'
import { useQuery } from '@tanstack/react-query'
import { call, type Page, query } from '@/components/data/client'
import { keys } from '@/components/data/keys'
import type { Named } from '@/components/data/me'

/** Somebody; the name is null where the account is gone. */
export interface Who {
  readonly id: string
  readonly name: string | null
}
export interface ShiftItem {
  readonly from: string
  readonly until: string
  /** Null: a gap. */
  readonly person: Who | null
  readonly because: string
}
export interface Gaps {
  readonly hours: number
  readonly words: readonly string[]
}
export interface Shifts {
  readonly time_zone: string
  readonly shifts: readonly ShiftItem[]
  readonly gaps: Gaps
}
export interface RotaItem {
  readonly starts_on: string
  readonly hand_overs: readonly string[]
  readonly weeks: readonly (readonly (readonly (string | null)[])[])[]
}
export interface ScheduleItem {
  readonly id: string
  readonly name: string
  readonly time_zone: string
  readonly team: Named | null
  readonly rota: RotaItem | null
  readonly calendar: {
    readonly url: string
    readonly entries: number
    readonly unmatched: readonly string[]
    readonly notes: readonly string[]
    readonly read_at: string | null
    readonly failed_at: string | null
    readonly error: string | null
  } | null
  readonly now: { readonly person: Who | null; readonly until: string | null; readonly because: string }
  readonly gaps: Gaps
  readonly may_change: boolean
  readonly etag: string
}
export interface OverrideItem {
  readonly id: string
  readonly person: Who
  readonly from: string
  readonly until: string
  readonly by: Who
}
export interface AbsenceItem extends OverrideItem {
  readonly stand_in: Who | null
  readonly may_remove: boolean
}
export interface ScheduleDetail extends ScheduleItem {
  readonly people: readonly Named[]
  readonly overrides: readonly OverrideItem[]
  readonly absences: readonly AbsenceItem[]
}
export interface Preview extends Shifts {
  readonly entries: number
  readonly unmatched: readonly string[]
  readonly notes: readonly string[]
  readonly people: readonly Named[]
}

const path = '/api/console/on-call'

export function useSchedules() {
  return useQuery({
    queryKey: keys.list('on_call'),
    queryFn: ({ signal }) => call<Page<ScheduleItem> & { readonly may_add: boolean }>(path, { signal }),
    // Who is on call changes by itself.
    refetchInterval: 60_000,
  })
}

export function useSchedule(id: string) {
  return useQuery({
    queryKey: keys.one('on_call', id),
    queryFn: ({ signal }) => call<ScheduleDetail>(`${path}/${encodeURIComponent(id)}`, { signal }),
    refetchInterval: 60_000,
  })
}

export function useShifts(id: string, from: Date, to: Date) {
  const span = { from: from.toISOString(), to: to.toISOString() }
  return useQuery({
    queryKey: [...keys.part('on_call', id, 'shifts'), span],
    queryFn: ({ signal }) => call<Shifts>(`${path}/${encodeURIComponent(id)}/shifts${query(span)}`, { signal }),
    placeholderData: before => before,
  })
}

/** What people say of a schedule: a rota, or the address of a calendar. */
export interface Said {
  readonly name: string
  readonly time_zone: string
  readonly rota?: RotaItem
  readonly calendar_url?: string
}

export const addSchedule = (said: Said, team_id: string | null) =>
  call<ScheduleDetail>(path, { method: 'POST', body: { ...said, team_id } })

export const changeSchedule = ({ id, etag }: ScheduleItem, said: Said) =>
  call<ScheduleDetail>(`${path}/${id}`, { method: 'PATCH', body: said, ifMatch: etag })

export const removeSchedule = (id: string) => call(`${path}/${id}`, { method: 'DELETE' })
export const readCalendar = (id: string) => call<ScheduleDetail>(`${path}/${id}/read`, { method: 'POST' })

export const previewCalendar = (calendar_url: string, time_zone: string) =>
  call<Preview>(`${path}/preview`, { method: 'POST', body: { calendar_url, time_zone } })

interface Span {
  readonly from: Date
  readonly until: Date
}

export const addOverride = (id: string, person_id: string, span: Span) =>
  call(`${path}/${id}/overrides`, { method: 'POST', body: { person_id, ...span } })

export const removeOverride = (id: string, override: string) =>
  call(`${path}/${id}/overrides/${override}`, { method: 'DELETE' })

export const addAbsence = (person_id: string, stand_in_id: string | null, span: Span) =>
  call(`${path}/absences`, { method: 'POST', body: { person_id, stand_in_id, ...span } })

export const removeAbsence = (id: string) => call(`${path}/absences/${id}`, { method: 'DELETE' })
