'use client'
import { useSyncExternalStore } from 'react'

/** Does this media query match? False while rendering on the server. */
export function useMedia(media: string): boolean {
  return useSyncExternalStore(
    listener => {
      const list = window.matchMedia(media)
      list.addEventListener('change', listener)
      return () => list.removeEventListener('change', listener)
    },
    () => window.matchMedia(media).matches,
    () => false,
  )
}
