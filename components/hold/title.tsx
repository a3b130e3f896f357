import { InOrder } from '@/components/ui/in-order'
import { cutTitle } from './title-parts'

/** Digits in groups that are drawn, not written: what is copied or read aloud is the exact text. */
function Spaced({ groups, mono }: { groups: readonly string[]; mono: boolean }) {
  return (
    <span className={mono ? 'inline-block font-mono text-[0.94em]' : 'num whitespace-nowrap'}>
      <InOrder
        of={groups}
        draw={(group, i) => (
          <>
            <span className={i < groups.length - 1 ? 'mr-[0.24em]' : undefined}>{group}</span>
            {mono && <wbr />}
          </>
        )}
      />
    </span>
  )
}

/** A sentence of ours: names between backticks in mono, amounts and account numbers in groups that can be read. Still only text. */
export function Title({ text }: { text: string }) {
  return (
    <bdi className="[overflow-wrap:anywhere]">
      <InOrder
        of={cutTitle(text)}
        draw={part =>
          part.kind === 'code' ? (
            <code className="font-mono text-[0.92em]">{part.text}</code>
          ) : part.kind === 'text' ? (
            part.text
          ) : (
            <Spaced groups={part.groups} mono={part.kind === 'account'} />
          )
        }
      />
    </bdi>
  )
}
