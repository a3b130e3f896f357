import type { Requirement } from './requirement'

/** Twice as fast as people read who understand what they read (about 25 characters a second). */
const fastestCharactersPerSecond = 50
const leastMs = 1_000

/** How long it takes at least to read so many characters of arguments, in milliseconds. */
export function leastReadingMs(characters: number): number {
  return Math.max(leastMs, Math.ceil((characters / fastestCharactersPerSecond) * 1_000))
}

/** How many characters of arguments a person is shown, by the parts of the content; null once they are erased. */
export function charactersShown(parts: ReadonlyMap<string, string> | undefined): number | null {
  const changed = parts?.get('params') ?? parts?.get('change')
  if (changed !== undefined) return changed.length
  const body = parts?.get('body')
  if (body === undefined) return null
  const { params }: { params?: unknown } = JSON.parse(body)
  return JSON.stringify(params ?? {}).length
}

/**
 * How long whoever approves must have had this before them, in milliseconds; null where policy says nothing of it. The
 * minimum is policy's, and where the arguments take longer to read, that is it (A26).
 */
export function readingDemanded(
  { read_seconds }: Pick<Requirement, 'read_seconds'>,
  parts: ReadonlyMap<string, string> | undefined,
): number | null {
  return read_seconds ? Math.max(read_seconds * 1_000, leastReadingMs(charactersShown(parts) ?? 0)) : null
}

/** What a person was last shown of a hold, and since when. */
export interface Shown {
  readonly person_id: string
  readonly digest: string
  readonly shown_at: Date
}

/** How long this person had had exactly this before them at this moment, in milliseconds; null: never. */
export function dwellOf(shown: readonly Shown[], person: string, digest: string, at: Date): number | null {
  const mine = shown.find(one => one.person_id === person && one.digest === digest)
  return mine && mine.shown_at <= at ? at.getTime() - mine.shown_at.getTime() : null
}

/** How much longer this person must have exactly this before them, of what is demanded, in milliseconds. */
export function readingLeft(
  shown: readonly Shown[],
  person: string,
  digest: string,
  demanded: number,
  at: Date,
): number {
  return Math.max(0, demanded - (dwellOf(shown, person, digest, at) ?? 0))
}
