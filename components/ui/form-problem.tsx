'use client'
import { useEffect, useRef } from 'react'

/** What is wrong with a form as a whole, a line each. It comes into view by itself: a long form may end below the fold. */
export function FormProblem({ text }: { text: string }) {
  const said = useRef<HTMLParagraphElement>(null)
  const shown = text !== ''
  useEffect(() => {
    if (shown) said.current?.scrollIntoView({ block: 'nearest' })
  }, [shown])
  return shown ? (
    <p
      ref={said}
      role="alert"
      className="whitespace-pre-line rounded-md border border-denied-line bg-denied-soft px-3 py-2 text-denied text-sm"
    >
      {text}
    </p>
  ) : null
}
