'use client'
import { useQuery } from '@tanstack/react-query'
import { call, type Page, query } from '@/components/data/client'
import { keys } from '@/components/data/keys'
import type { Named } from '@/components/data/me'

/** One agent or team that is, or was, watched only. */
export interface WindowItem {
  readonly id: string
  readonly target: { readonly type: 'agent' | 'team'; readonly id: string; readonly name: string | null }
  readonly state: 'open' | 'over' | 'ended'
  readonly since: string
  readonly until: string
  readonly by: Named
  readonly reason: string
  readonly may_end: boolean
}

/** What an agent's row and page say of being watched only. */
export interface WatchedOnly {
  readonly id: string
  readonly target: 'agent' | 'team'
  readonly since: string
  readonly until: string
  readonly by: Named
  readonly reason: string
}

interface Split {
  readonly held: number
  readonly denied: number
}

/** What enforcing would have done in the last 14 days. */
export interface Readiness {
  readonly window: WindowItem | null
  readonly waiting_hold_id: string | null
  readonly days: number
  readonly actions: number
  readonly would_be: Split
  readonly capped: boolean
  readonly by_rule: readonly (Split & { readonly rule: string; readonly sentence: string | null })[]
  readonly by_tool: readonly (Split & { readonly tool: string })[]
  readonly by_hour: readonly (Split & { readonly hour: number; readonly off_hours: number })[]
  readonly time_zone: string
  readonly alike: readonly {
    readonly tool: string
    readonly operation: string
    readonly environment: string
    readonly resource_type: string | null
    readonly tenant: string | null
    readonly held: number
    readonly share: number
    readonly example: string
  }[]
}

export function useObserving() {
  return useQuery({
    queryKey: keys.list('enforcement', { status: 'open' }),
    queryFn: ({ signal }) => call<Page<WindowItem>>(`/api/console/enforcement${query({ status: 'open' })}`, { signal }),
  })
}

export function useReadiness(place: 'agents' | 'teams', id: string) {
  return useQuery({
    queryKey: keys.part('enforcement', id, 'readiness'),
    queryFn: ({ signal }) => call<Readiness>(`/api/console/${place}/${id}/readiness`, { signal }),
  })
}

/** Asks a second person whether it may be watched only. Answers the approval that it waits under. */
export function askToObserve(target: { type: 'agent' | 'team'; id: string }, days: number, reason: string) {
  return call<{ hold_id: string }>('/api/console/enforcement', { method: 'POST', body: { target, days, reason } })
}

/** Enforces again, at once. */
export function endWatching(id: string, reason: string) {
  return call<WindowItem>(`/api/console/enforcement/${id}/end`, { method: 'POST', body: { reason } })
}
