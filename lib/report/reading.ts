import { leastReadingMs } from '@/lib/hold/reading-time'

/** What a verdict was given on. `unknown`: the content was erased before anybody measured it. */
export type Reading = 'read' | 'hurried' | 'unopened' | 'unknown'

/**
 * Whether a verdict can have been given on what was shown.
 * @param dwell_ms how long the reviewer had all arguments before them; null where they never had
 */
export function readingOf({
  dwell_ms,
  shown_chars,
}: {
  readonly dwell_ms: number | null
  readonly shown_chars: number | null
}): Reading {
  if (dwell_ms === null) return 'unopened'
  if (shown_chars === null) return 'unknown'
  return dwell_ms < leastReadingMs(shown_chars) ? 'hurried' : 'read'
}
