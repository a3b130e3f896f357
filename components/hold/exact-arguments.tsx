'use client'
import { Braces } from 'lucide-react'
import { useId, useMemo, useState } from 'react'
import { exactJson } from '@/lib/kernel/exact-json'

/** So many characters at once: a browser lays out megabytes only when somebody wants them. */
const longText = 20_000

function Exact({ id, params, label }: { id: string; params: Readonly<Record<string, unknown>>; label: string }) {
  const text = useMemo(() => exactJson(params), [params])
  const [all, showAll] = useState(false)
  const more = all ? 0 : Math.max(0, text.length - longText)
  return (
    <div id={id} className="pb-1.5">
      <p className="mb-1.5">
        The same arguments without any layout: whatever is not plain ASCII, and each space of several in a row, is
        written as its code.
      </p>
      <section
        aria-label={label}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys
        tabIndex={0}
        className="max-h-[50vh] overflow-y-auto rounded-md border bg-sunken"
      >
        <pre className="whitespace-pre-wrap px-3 py-2 font-mono text-ink text-xs leading-5 [overflow-wrap:anywhere]">
          {more > 0 ? text.slice(0, longText) : text}
        </pre>
      </section>
      {more > 0 && (
        <button
          type="button"
          className="mt-1 min-h-6 font-medium text-accent underline underline-offset-2"
          onClick={() => showAll(true)}
        >
          … {more.toLocaleString('en')} more characters of this
        </button>
      )}
    </div>
  )
}

interface ExactProps {
  readonly params: Readonly<Record<string, unknown>>
  readonly secrets: boolean
  readonly of?: string
}

/**
 * The same arguments as JSON in plain ASCII, closed until asked for: what is laid out above for reading folds blanks and tells
 * a number from a text by its looks alone; this can be typed off the screen. `secrets` says that opening shows secrets too; `of`
 * names whose arguments they are, where a page has several.
 */
export function ExactArguments({ params, secrets, of }: ExactProps) {
  const [open, setOpen] = useState(false)
  const id = useId()
  return (
    <div className="px-4 text-ink-3 text-xs sm:py-1.5">
      <button
        type="button"
        aria-expanded={open}
        aria-controls={open ? id : undefined}
        onClick={() => setOpen(!open)}
        className="inline-flex min-h-11 items-center gap-1.5 sm:min-h-6 hover:text-ink hover:underline"
      >
        <Braces className="size-3.5" aria-hidden />
        {open ? 'Close the JSON' : `Exactly, as JSON${secrets ? ', with the secrets' : ''}`}
        {of && <span className="sr-only">, {of}</span>}
      </button>
      {open && <Exact id={id} params={params} label={of ? `Exactly, as JSON, ${of}` : 'Exactly, as JSON'} />}
    </div>
  )
}
