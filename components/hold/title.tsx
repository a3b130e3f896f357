import { Fragment } from 'react'
import { cutTitle } from './title-parts'

/** Digits in groups that are drawn, not written: what is copied or read aloud is the exact text. */
function Spaced({ groups, mono }: { groups: readonly string[]; mono: boolean }) {
  return (
    <span className={mono ? 'inline-block font-mono text-[0.94em]' : 'num whitespace-nowrap'}>
      {groups.map((group, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: pieces of one immutable text
        <Fragment key={i}>
          <span className={i < groups.length - 1 ? 'mr-[0.24em]' : undefined}>{group}</span>
          {mono && <wbr />}
        </Fragment>
      ))}
    </span>
  )
}

/** A sentence of ours: names between backticks in mono, amounts and account numbers in groups that can be read. Still only text. */
export function Title({ text }: { text: string }) {
  return (
    <bdi className="[overflow-wrap:anywhere]">
      {cutTitle(text).map((part, i) =>
        part.kind === 'code' ? (
          // biome-ignore lint/suspicious/noArrayIndexKey: pieces of one immutable text
          <code key={i} className="font-mono text-[0.92em]">
            {part.text}
          </code>
        ) : part.kind === 'text' ? (
          // biome-ignore lint/suspicious/noArrayIndexKey: pieces of one immutable text
          <Fragment key={i}>{part.text}</Fragment>
        ) : (
          // biome-ignore lint/suspicious/noArrayIndexKey: pieces of one immutable text
          <Spaced key={i} groups={part.groups} mono={part.kind === 'account'} />
        ),
      )}
    </bdi>
  )
}
