import { type Day, daysOf } from './calendar-date'
import { fieldsOf } from './field'
import { fold, type Span, unfolding } from './fold'
import { isSuspect, isTelling, type Numeral, numeralsOf } from './numeral'
import type { Source, Standing } from './source'
import { claimOf, standingOf } from './source'
import { plainView, type View, viewsOf } from './view'

/** A view of a source together with what it folds to. */
export interface FoldedView {
  readonly view: View
  readonly folded: string
  /** Where in the view a part of its folded form stands. */
  readonly unfold: (from: number, to: number) => Span
}

/** A source made ready to be looked through: every part is computed once, when it is first needed. */
export interface Indexed {
  readonly source: Source
  readonly at: number
  readonly standing: Standing
  readonly claim: 'person' | 'trusted' | null
  /** As it stands; and for what outsiders wrote also under its encodings. */
  readonly views: () => readonly FoldedView[]
  /** The telling numbers by value, the surest place first. */
  readonly numbers: () => ReadonlyMap<string, readonly Numeral[]>
  readonly days: () => ReadonlyMap<string, Day>
  /** What it holds as structured data: the pointer of each scalar, by what it folds to. */
  readonly fields: () => ReadonlyMap<string, string>
}

/** Makes sources ready. Nothing is read of a text before something is looked for in it. */
export function indexed(sources: readonly Source[]): readonly Indexed[] {
  return sources.map((source, at) => {
    const standing = standingOf(source)
    return {
      source,
      at,
      standing,
      claim: claimOf(source),
      views: once(() => {
        const views = standing === 'untrusted' ? viewsOf(source.text) : [plainView(source.text)]
        return views.map(view => {
          const unfold = once(() => unfolding(view.text))
          return { view, folded: fold(view.text), unfold: (from: number, to: number) => unfold()(from, to) }
        })
      }),
      numbers: once(() => {
        const all = numeralsOf(source.text).filter(standing === 'untrusted' ? isSuspect : isTelling)
        return Map.groupBy(all, one => one.value)
      }),
      days: once(() => new Map(daysOf(source.text).map((day): [string, Day] => [day.day, day]))),
      fields: once(() => fieldsOf(source.text)),
    }
  })
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | null = null
  return () => {
    made ??= { value: make() }
    return made.value
  }
}
