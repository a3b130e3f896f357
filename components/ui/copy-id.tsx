'use client'
import { Check, Copy } from 'lucide-react'
import { useEffect, useState } from 'react'
import { copyText } from './copy-text'
import { cx } from './cx'

/** An id, digest or command in mono that one press copies. `short` shows the two ends only; all of it is copied. */
export function CopyId({ value, short = false, className }: { value: string; short?: boolean; className?: string }) {
  const [copied, setCopied] = useState(false)
  useEffect(() => {
    if (!copied) return
    const timer = setTimeout(() => setCopied(false), 1_500)
    return () => clearTimeout(timer)
  }, [copied])
  const shown = short && value.length > 18 ? `${value.slice(0, 10)}…${value.slice(-6)}` : value
  const Icon = copied ? Check : Copy
  return (
    <button
      type="button"
      title={copied ? 'Copied' : `Copy ${value}`}
      onClick={event => {
        event.stopPropagation()
        void copyText(value).then(setCopied)
      }}
      className={cx(
        'inline-flex min-h-6 max-w-full items-center gap-1 rounded-sm font-mono text-ink-3 text-xs hover:text-ink',
        className,
      )}
    >
      <span className="truncate">{shown}</span>
      <span className="sr-only">{copied ? 'copied' : 'copy'}</span>
      <Icon className="size-3 shrink-0" aria-hidden />
    </button>
  )
}
