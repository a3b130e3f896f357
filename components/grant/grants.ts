'use client'
import { useQuery } from '@tanstack/react-query'
import type { z } from 'zod'
import { call, query } from '@/components/data/client'
import { keys } from '@/components/data/keys'
import type * as answers from '@/lib/grant/answers'

export type GrantItem = z.output<typeof answers.grant>
export type Suggestion = z.output<typeof answers.suggestions>['items'][number]

export function useGrant(id: string) {
  return useQuery({
    queryKey: keys.one('grant', id),
    queryFn: ({ signal }) => call<GrantItem>(`/api/console/grants/${id}`, { signal }),
  })
}

/** What could be approved in advance; asked only for who may propose it. */
export function useSuggestions(enabled: boolean, agent?: string) {
  return useQuery({
    queryKey: keys.list('grant', { suggested: agent ?? '' }),
    queryFn: ({ signal }) =>
      call<{ items: readonly Suggestion[] }>(`/api/console/grants/suggestions${query({ agent })}`, { signal }),
    enabled,
  })
}

/** What one action and those like it have in common: at most one suggestion. */
export function useLike(action: string) {
  return useQuery({
    queryKey: keys.list('grant', { like: action }),
    queryFn: ({ signal }) =>
      call<{ items: readonly Suggestion[] }>(`/api/console/grants/suggestions${query({ like: action })}`, { signal }),
    retry: false,
    // The form begins with it once; it is not filled in anew under somebody's hands.
    staleTime: Number.POSITIVE_INFINITY,
  })
}

const kinds = { standing: 'Standing approval', envelope: 'For one task', break_glass: 'Broken glass' }

/** What a grant is called on screens. */
export const kindWord = (kind: GrantItem['kind']) => kinds[kind]
