'use client'
import { useQuery } from '@tanstack/react-query'
import { call, type Page } from '@/components/data/client'
import { keys } from '@/components/data/keys'
import type { SourceFault } from '@/lib/policy/place'

interface Perhaps {
  readonly id: string
  readonly name: string | null
}

/** A policy that people are writing. */
export interface DraftItem {
  readonly id: string
  readonly etag: string
  readonly title: string
  readonly based_on: number
  readonly status: 'draft' | 'proposed' | 'published'
  readonly hold_id: string | null
  readonly created_by: Perhaps
  readonly updated_by: Perhaps
  readonly updated_at: string
}

export interface Draft extends DraftItem {
  readonly source: string
}

export interface PolicyCheck {
  readonly ok: boolean
  readonly rules: number
  readonly faults: readonly SourceFault[]
}

/** The policy in force, as far as writing another needs it. */
export interface InForce {
  readonly version: number
  readonly source: string
  readonly pending_hold_id: string | null
}

const path = '/api/console/policy'

export function useDrafts() {
  return useQuery({
    queryKey: keys.list('policy', { of: 'drafts' }),
    queryFn: ({ signal }) => call<Page<DraftItem>>(`${path}/drafts`, { signal }),
  })
}

export function useDraft(id: string) {
  return useQuery({
    queryKey: keys.one('policy', id),
    queryFn: ({ signal }) => call<Draft>(`${path}/drafts/${id}`, { signal }),
    enabled: id !== '',
  })
}

/** What is wrong with a source. A text that is asked about again is not asked about twice. */
export function usePolicyCheck(source: string) {
  return useQuery({
    queryKey: ['policy-check', source],
    queryFn: ({ signal }) => call<PolicyCheck>(`${path}/check`, { method: 'POST', body: { source }, signal }),
    enabled: source.trim() !== '',
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 30_000,
    placeholderData: before => before,
  })
}

export function useInForce() {
  return useQuery({
    queryKey: keys.one('policy', 'current'),
    queryFn: ({ signal }) => call<InForce>(path, { signal }),
  })
}

export const createDraft = (title: string, source?: string): Promise<Draft> =>
  call<Draft>(`${path}/drafts`, { method: 'POST', body: { title, ...(source === undefined ? {} : { source }) } })

export const saveDraft = (
  draft: Pick<Draft, 'id' | 'etag'>,
  patch: { title?: string; source?: string; based_on?: number },
): Promise<Draft> => call<Draft>(`${path}/drafts/${draft.id}`, { method: 'PATCH', body: patch, ifMatch: draft.etag })

export const proposeDraft = (draft: Pick<Draft, 'id' | 'etag'>, note: string): Promise<{ hold_id: string }> =>
  call(`${path}/drafts/${draft.id}/propose`, { method: 'POST', body: { note }, ifMatch: draft.etag })

export const deleteDraft = (draft: Pick<Draft, 'id' | 'etag'>): Promise<null> =>
  call(`${path}/drafts/${draft.id}`, { method: 'DELETE', ifMatch: draft.etag })

export const restoreVersion = (version: number, note: string): Promise<{ hold_id: string }> =>
  call(`${path}/versions/${version}/restore`, { method: 'POST', body: { note } })
