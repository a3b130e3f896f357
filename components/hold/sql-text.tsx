import { cx } from '@/components/ui/cx'
import { InOrder } from '@/components/ui/in-order'
import { reveal } from '@/lib/kernel/hostile-text'

const words =
  /('(?:[^']|'')*'|--[^\n]*|\b(?:select|from|where|and|or|not|in|is|null|join|left|right|inner|on|group|by|order|limit|having|insert|into|values|update|set|delete|truncate|drop|alter|create|table|grant|revoke|union|returning|with|as|cascade)\b)/gi
const dangerous = /^(delete|truncate|drop|alter|grant|revoke|update)$/i

/** Is there nothing in it that would have to be revealed? Only then may a text be drawn in another way. */
export function plainText(text: string): boolean {
  return reveal(text).every(one => one.kind === 'text')
}

/** SQL as text, its words told apart. Colour only helps: nothing is added to the text or taken from it. */
export function SqlText({ text }: { text: string }) {
  return (
    <bdi dir="ltr" className="whitespace-pre-wrap [overflow-wrap:anywhere]">
      <InOrder
        of={text.split(words)}
        draw={(part, i) => (
          <span
            className={cx(
              i % 2 === 1 &&
                (dangerous.test(part)
                  ? 'font-semibold text-denied'
                  : part.startsWith("'")
                    ? 'text-allowed'
                    : part.startsWith('--')
                      ? 'text-ink-3 italic'
                      : 'font-medium text-drift'),
            )}
          >
            {part}
          </span>
        )}
      />
    </bdi>
  )
}
