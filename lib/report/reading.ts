/** Twice as fast as people read who understand what they read (about 25 characters a second). */
const fastestCharactersPerSecond = 50
const leastMs = 1_000

/** What a verdict was given on. `unknown`: the content was erased before anybody measured it. */
export type Reading = 'read' | 'hurried' | 'unopened' | 'unknown'

/** How long it takes at least to read so many characters of arguments, in milliseconds. */
export function leastReadingMs(characters: number): number {
  return Math.max(leastMs, Math.ceil((characters / fastestCharactersPerSecond) * 1_000))
}

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
