import { useState } from 'react'
import { useMustOpen } from './shown'

/** So many more come with each press: a hundred thousand at once would stop the browser. */
const step = 500

/** The first of many, how many more there are, and a way to them. They count as opened when all of them are there. */
export function useFirst<T>(path: string, all: readonly T[], limit: number) {
  const [most, setMost] = useState(limit)
  const opened = useMustOpen(`open:${path}`, all.length > limit)
  const next = () => {
    setMost(most + step)
    if (most + step >= all.length) opened()
  }
  return { first: all.slice(0, most), more: Math.max(0, all.length - most), next }
}
