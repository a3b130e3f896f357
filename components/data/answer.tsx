'use client'
import type { UseQueryResult } from '@tanstack/react-query'
import { History } from 'lucide-react'
import type { ReactNode } from 'react'
import { ErrorState } from '@/components/ui/error-state'
import { Missing } from '@/components/ui/missing'
import { relative } from '@/components/ui/relative-time'
import { SkeletonRows } from '@/components/ui/skeleton'
import { useNow } from '@/components/ui/use-now'
import { ProblemError } from './client'
import { useConnection } from './connection'

/** What a refusal says to a person: what happened, what is safe, what to do. */
export function said(error: Error): { title: string; detail?: string; safe?: string; reference?: string } {
  if (!(error instanceof ProblemError)) {
    return { title: 'This part of the page failed', detail: error.message, safe: 'Nothing was changed.' }
  }
  const reference = error.problem.request_id ? { reference: error.problem.request_id } : {}
  if (error.status === 404) return { title: 'There is no such thing here, or it is not for you to see', ...reference }
  const { detail } = error.problem
  if (error.code === 'request.forbidden' && (!detail || detail === error.problem.title)) {
    return {
      title: 'This is not for you to see or do',
      detail: 'Your roles do not reach it. An administrator can change them.',
      ...reference,
    }
  }
  if (error.status === 0) {
    return {
      title: error.problem.title,
      safe: 'Nothing that waits goes on without a decision. We keep trying.',
      ...reference,
    }
  }
  if (error.status === 503) {
    return {
      title: 'Holdpoint cannot reach its database',
      safe: 'Agents get no permission while this lasts, so nothing goes on unseen.',
      ...reference,
    }
  }
  return {
    title: error.problem.title,
    ...(detail && detail !== error.problem.title ? { detail } : {}),
    ...reference,
  }
}

/** A line above what is shown when it could not be read anew. */
export function Stale({ at, retry }: { at: number; retry: () => void }) {
  const now = useNow()
  // While nothing can be read, the banner says so once for the whole page.
  if (!useConnection().reachable) return null
  return (
    <p
      className="mb-3 flex items-center gap-2 rounded-md border border-held-line bg-held-soft px-3 py-1.5 text-held text-xs"
      role="status"
    >
      <History className="size-3.5" aria-hidden />
      Shown as of {now ? relative(at, now) : 'earlier'}: it could not be read again.
      <button type="button" className="ml-auto min-h-6 font-medium underline underline-offset-2" onClick={retry}>
        Try again
      </button>
    </p>
  )
}

/** The four states of everything that is read: loading, failed, stale, and there. `empty` decides the fifth. */
export function Answer<T>({
  query,
  children,
  loading,
  page,
  empty,
}: {
  query: UseQueryResult<T, Error>
  children: (data: T) => ReactNode
  loading?: ReactNode
  /** What the whole page is of, in a word or two: where there is none, the page says so and leads on. */
  page?: string
  empty?: (data: T) => ReactNode | null
}) {
  if (query.data === undefined) {
    if (page && query.error instanceof ProblemError && query.error.status === 404)
      return <Missing what={page}>The address may be mistyped, or this is not for you to see.</Missing>
    if (query.isError) return <ErrorState {...said(query.error)} onRetry={() => void query.refetch()} />
    return loading ?? <SkeletonRows />
  }
  return (
    <>
      {query.isRefetchError && <Stale at={query.dataUpdatedAt} retry={() => void query.refetch()} />}
      {empty?.(query.data) ?? children(query.data)}
    </>
  )
}
