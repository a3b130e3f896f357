import { Fragment } from 'react'

/** A sentence of ours, with the names that it puts between backticks set in mono. Still only text. */
export function Title({ text }: { text: string }) {
  return (
    <bdi>
      {text.split('`').map((part, i, parts) =>
        i % 2 === 1 && i < parts.length - 1 ? (
          // biome-ignore lint/suspicious/noArrayIndexKey: pieces of one immutable text
          <code key={i} className="font-mono text-[0.92em]">
            {part}
          </code>
        ) : (
          // biome-ignore lint/suspicious/noArrayIndexKey: pieces of one immutable text
          <Fragment key={i}>{i % 2 === 1 ? `\`${part}` : part}</Fragment>
        ),
      )}
    </bdi>
  )
}
