'use client'
import { keepPreviousData, useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { call, type Page, ProblemError, query } from '@/components/data/client'
import { keys } from '@/components/data/keys'
import type { HoldDetail, HoldItem } from './hold'

export interface HoldFilters {
  readonly status: 'open' | 'closed'
  readonly mine?: boolean
  readonly q?: string
  readonly agent?: string
  readonly tool?: string
  readonly risk?: string
}

/** Open approvals, by what expires or hurts first. */
export function useOpenHolds(filters: Omit<HoldFilters, 'status'>) {
  return useQuery({
    queryKey: keys.list('hold', { ...filters, status: 'open' }),
    queryFn: ({ signal }) =>
      call<Page<HoldItem>>(`/api/console/holds${query({ status: 'open', spread: 1, limit: 200, ...filters })}`, {
        signal,
      }),
    placeholderData: keepPreviousData,
  })
}

/** Decided approvals, newest first, page after page. */
export function useClosedHolds(filters: Omit<HoldFilters, 'status' | 'mine'>) {
  return useInfiniteQuery({
    queryKey: keys.list('hold', { ...filters, status: 'closed' }),
    queryFn: ({ signal, pageParam }) =>
      call<Page<HoldItem>>(
        `/api/console/holds${query({ status: 'closed', limit: 50, cursor: pageParam, ...filters })}`,
        { signal },
      ),
    initialPageParam: '',
    getNextPageParam: page => page.next_cursor,
    placeholderData: keepPreviousData,
  })
}

export function useHold(id: string) {
  return useQuery({
    queryKey: keys.one('hold', id),
    queryFn: ({ signal }) => call<HoldDetail>(`/api/console/holds/${encodeURIComponent(id)}`, { signal }),
  })
}

export interface ReviewSent {
  readonly verdict: 'approve' | 'reject' | 'ask' | 'pass'
  /** What was drawn when the person decided; the server refuses any other. */
  readonly digest: string
  readonly comment?: string
  readonly note?: string
  readonly params?: Readonly<Record<string, unknown>>
  /** Made by the person's passkey over what is approved. */
  readonly signature?: unknown
  /** Pause the agent in the same commit (with `reject` only). */
  readonly contain?: boolean
}

/** What a verdict answers: the hold as it stands, without what came before it. */
type HoldAfter = Omit<HoldDetail, 'session_actions' | 'attempts' | 'approved_before' | 'extendable_until'>

/** Reviews one approval. One key a press: what the network repeats is one review. The answer is the hold as it stands. */
export function useReview(id: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: ({ contain, verdict, ...sent }: ReviewSent) =>
      contain
        ? call<HoldAfter>(`/api/console/holds/${id}/reject-and-contain`, {
            method: 'POST',
            body: { ...sent, reason: sent.note || sent.comment || 'Rejected and paused from the approval.' },
            idempotencyKey: crypto.randomUUID(),
          })
        : call<HoldAfter>(`/api/console/holds/${id}/reviews`, {
            method: 'POST',
            body: { verdict, ...sent },
            idempotencyKey: crypto.randomUUID(),
          }),
    onSuccess: hold => {
      if (hold?.id !== id || !('shown_digest' in hold)) return
      client.setQueryData<HoldDetail>(keys.one('hold', id), before => before && { ...before, ...hold })
    },
    onSettled: () => {
      void client.invalidateQueries({ queryKey: ['hold'] })
      void client.invalidateQueries({ queryKey: keys.me })
    },
  })
}

/** What is sent beside a verdict: an answer to a question, or more time. The answer is the hold as it stands. */
function useBeside<T>(id: string, verb: 'answers' | 'extend') {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (body: T) =>
      call<HoldAfter>(`/api/console/holds/${id}/${verb}`, {
        method: 'POST',
        body,
        idempotencyKey: crypto.randomUUID(),
      }),
    onSettled: () => client.invalidateQueries({ queryKey: ['hold'] }),
  })
}

/** Answers a question about one approval. */
export const useAnswer = (id: string) => useBeside<{ question: string; text: string }>(id, 'answers')

/** Gives one approval more time, until a moment (ISO 8601). */
export const useExtend = (id: string) => useBeside<{ until: string }>(id, 'extend')

const lookEveryMs = 15_000

/**
 * Tells the server that everything has been shown to this person, at once and every 15 s while the page is in view. True
 * once the server knows.
 */
export function useReportView(id: string, digest: string, shown: boolean): boolean {
  const failed = useRef(false)
  const [known, setKnown] = useState('')
  useEffect(() => {
    if (!shown) return
    failed.current = false
    const report = () => {
      if (document.visibilityState !== 'visible' || failed.current) return
      call(`/api/console/holds/${id}/views`, { method: 'POST', body: { digest } }).then(
        () => setKnown(digest),
        (error: unknown) => {
          // What is shown has changed or is over: the page is being read again anyway.
          if (error instanceof ProblemError && error.status >= 400 && error.status < 500) failed.current = true
        },
      )
    }
    report()
    const timer = setInterval(report, lookEveryMs)
    document.addEventListener('visibilitychange', report)
    return () => {
      clearInterval(timer)
      document.removeEventListener('visibilitychange', report)
    }
  }, [id, digest, shown])
  return shown && known === digest
}
