'use client'
import { Check, Copy } from 'lucide-react'
import { useState } from 'react'
import { IconButton } from './button'
import { copyText } from './copy-text'

/** Text to copy as it stands. */
export function CodeBlock({ text, label }: { text: string; label: string }) {
  const [copied, setCopied] = useState(false)
  return (
    <div className="relative rounded-md border bg-sunken">
      <pre className="whitespace-pre-wrap p-3 [overflow-wrap:anywhere] pr-12 font-mono text-xs leading-5">{text}</pre>
      <IconButton
        label={copied ? 'Copied' : `Copy ${label}`}
        className="absolute top-1.5 right-1.5 border bg-surface"
        onClick={() => void copyText(text).then(setCopied)}
      >
        {copied ? <Check aria-hidden /> : <Copy aria-hidden />}
      </IconButton>
    </div>
  )
}
