'use client'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { call, type Page, query } from '@/components/data/client'
import { keys } from '@/components/data/keys'
import type { Named } from '@/components/data/me'
import type { Level, TargetType } from '@/lib/containment/containment'

export interface Target {
  readonly type: TargetType
  readonly id?: string
  readonly name?: string
}

/** One switch that was thrown, in force until it is lifted. */
export interface ContainmentItem {
  readonly id: string
  readonly target: Target
  readonly level: Level
  readonly reason: string
  readonly by: Named
  readonly at: string
  readonly lifted_at: string | null
  readonly lifted_by?: Named | null
  readonly lift_reason?: string | null
  readonly lift_hold_id: string | null
  readonly may_lift: boolean
}

/** What a switch would stop, counted before it is thrown. */
export interface Reach {
  readonly agents: number
  readonly sessions: number
  readonly open_holds: number
  readonly waiting_calls: number
  readonly actions_last_hour: number
  readonly names: readonly string[]
}

export function useContainments(status: 'in_force' | 'all') {
  return useQuery({
    queryKey: keys.list('containment', { status }),
    queryFn: ({ signal }) => call<Page<ContainmentItem>>(`/api/console/containment${query({ status })}`, { signal }),
  })
}

/** Counts what would stop. Asked only while the dialog is open. */
export function useReach(target: Target, level: Level, enabled: boolean) {
  return useQuery({
    queryKey: ['containment', 'reach', target.type, target.id ?? '', level],
    queryFn: ({ signal }) =>
      call<Reach>(`/api/console/containment/preview${query({ type: target.type, id: target.id, level })}`, { signal }),
    enabled,
    staleTime: 0,
  })
}

/** Throws a switch. Not retried: what happened is read back. */
export function useContain() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (sent: { target: Target; level: Level; reason: string }) =>
      call<ContainmentItem>('/api/console/containment', {
        method: 'POST',
        body: {
          target: { type: sent.target.type, ...(sent.target.id ? { id: sent.target.id } : {}) },
          level: sent.level,
          reason: sent.reason,
        },
      }),
    onSettled: () => client.invalidateQueries(),
  })
}

/** Lifts one: at once, or (quarantine, kill) by a second person: then the answer names the approval. */
export function useLift() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: ({ id, reason }: { id: string; reason: string }) =>
      call<{ hold_id?: string }>(`/api/console/containment/${id}/lift`, { method: 'POST', body: { reason } }),
    onSettled: () => client.invalidateQueries(),
  })
}
