import { Children, type ReactNode } from 'react'

/** Draws what has no name but its place, and of which nothing is put between or taken out: pieces of a text, dots. */
export function InOrder<T>({ of, draw }: { of: readonly T[]; draw: (one: T, at: number) => ReactNode }) {
  return Children.toArray(of.map(draw))
}
