'use client'
import { type ReactNode, useState } from 'react'
import { useMustOpen } from './shown'

interface SecretProps {
  /** A JSON pointer, where it must be opened before one may decide. */
  readonly path?: string
  readonly text: string
  readonly children: ReactNode
}

/** What the catalogue calls a secret: shown on a press alone, so that nobody reads it over a shoulder. */
export function Secret({ path, text, children }: SecretProps) {
  const [shown, show] = useState(false)
  const opened = useMustOpen(`secret:${path}`, path !== undefined)
  if (shown) return children
  return (
    <button
      type="button"
      className="min-h-6 font-medium text-accent text-sm underline underline-offset-2"
      onClick={() => {
        show(true)
        opened()
      }}
    >
      Show the secret ({Array.from(text).length} characters)
    </button>
  )
}
