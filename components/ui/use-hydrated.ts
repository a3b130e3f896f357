'use client'
import { useSyncExternalStore } from 'react'

const never = () => () => undefined

/** False on the server and in the very first render, true from then on. */
export function useHydrated(): boolean {
  return useSyncExternalStore(
    never,
    () => true,
    () => false,
  )
}
