'use client'
import { useEffect } from 'react'
import { startWorker, takesPush } from '@/components/notice/device'

/** Registers the service worker, by which Holdpoint can be installed and says so when there is no network. */
export function Worker() {
  useEffect(() => {
    // A browser that has none, or is told to have none, is told by mail and in the app as before.
    if (takesPush()) startWorker().catch(() => undefined)
  }, [])
  return null
}
