'use client'
import { keepPreviousData, type UseInfiniteQueryResult, useInfiniteQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { Button } from '@/components/ui/button'
import { ErrorState } from '@/components/ui/error-state'
import { SkeletonRows } from '@/components/ui/skeleton'
import { Stale, said } from './answer'
import { call, type Page, query } from './client'
import { type Concept, keys } from './keys'

export type Filters = Readonly<Record<string, string | number | boolean | null | undefined>>
export type ListQuery<T> = UseInfiniteQueryResult<{ items: readonly T[]; more: boolean }, Error>

/** A list of the console, page after page. `path` is below `/api/console/`. */
export function useList<T>(concept: Concept, path: string, filters: Filters = {}): ListQuery<T> {
  return useInfiniteQuery({
    queryKey: [...keys.list(concept, filters), path],
    queryFn: ({ signal, pageParam }) =>
      call<Page<T>>(`/api/console/${path}${query({ ...filters, cursor: pageParam })}`, { signal }),
    initialPageParam: '',
    getNextPageParam: page => page.next_cursor,
    placeholderData: keepPreviousData,
    select: data => ({ items: data.pages.flatMap(page => page.items), more: data.pages.at(-1)?.next_cursor != null }),
  })
}

/** Its states: loading, failed, stale, empty, there; and more of it on demand. */
export function List<T>({
  list,
  empty,
  children,
}: {
  list: ListQuery<T>
  empty: ReactNode
  children: (items: readonly T[]) => ReactNode
}) {
  if (list.data === undefined) {
    return list.isError ? <ErrorState {...said(list.error)} onRetry={() => void list.refetch()} /> : <SkeletonRows />
  }
  const { items, more } = list.data
  if (items.length === 0) return <div className="rounded-lg border bg-surface">{empty}</div>
  return (
    <div className="flex flex-col gap-3">
      {list.isRefetchError && <Stale at={list.dataUpdatedAt} retry={() => void list.refetch()} />}
      {children(items)}
      {more && (
        <Button className="self-center" onClick={() => void list.fetchNextPage()} busy={list.isFetchingNextPage}>
          Show more
        </Button>
      )}
    </div>
  )
}
