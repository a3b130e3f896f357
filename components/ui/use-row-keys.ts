'use client'
import { useState } from 'react'

/**
 * Names for the rows of a form that come and go and have none of their own: what stays keeps its name, so that focus and an
 * open list stay with it. Say `remove(at)` beside taking the row itself away; a row that is added gets a name by itself.
 */
export function useRowKeys(count: number) {
  const [kept, setKept] = useState<readonly number[]>([])
  const after = Math.max(-1, ...kept) + 1
  const keys = Array.from({ length: count }, (_, at) => kept[at] ?? after + at - kept.length)
  return { keys, remove: (at: number) => setKept(keys.toSpliced(at, 1)) }
}
