'use client'
import { ExpandableText, firstOf, Revealed } from '@/components/action/hostile-text'
import { Places } from '@/components/action/places'
import { cx } from '@/components/ui/cx'
import { InOrder } from '@/components/ui/in-order'
import { exactLine } from '@/lib/kernel/exact-json'
import { placesOf } from '@/lib/kernel/inspect-text'
import { pointerStep } from '@/lib/kernel/pointer'
import type { Meaning } from '@/lib/tool/tool'
import { ArgumentName } from './argument-name'
import { CanonicalLine } from './canonical-line'
import { Secret } from './secret'
import { useMustOpen } from './shown'
import { plainText, SqlText } from './sql-text'
import { inThrees } from './title-parts'
import { useFirst } from './use-first'

interface ValueProps {
  /** A JSON pointer: what must be opened is told apart by it. */
  readonly path: string
  readonly value: unknown
  readonly meaning?: Meaning
  readonly currency?: string
}

const longText = 600
const manyItems = 12
const manyNames = 40
/** So many levels are laid out one inside the other; what is deeper would have no room on a phone, and is written as JSON. */
const deepest = 4

function host(text: string): { before: string; host: string; after: string } | null {
  const found = /^([a-z][a-z0-9+.-]*:\/\/(?:[^/?#\s]*@)?)([^/?#\s:]+)(.*)$/is.exec(text)
  // Only what a machine reads as the host too is marked as one; about the rest `Places` speaks.
  if (found?.[2]?.toLowerCase() !== placesOf(text)[0]?.host) return null
  return found ? { before: found[1] ?? '', host: found[2] ?? '', after: found[3] ?? '' } : null
}

/** An account number in groups of four; the gaps are drawn, not written, so that copying gives the exact value. */
function Grouped({ text }: { text: string }) {
  return (
    <span className="font-mono">
      <InOrder
        of={text.match(/.{1,4}/g) ?? []}
        draw={part => <span className="mr-1 inline-block last:mr-0 sm:mr-1.5">{part}</span>}
      />
    </span>
  )
}

function Money({ value, currency }: { value: string; currency?: string }) {
  const exact = /^-?\d+(\.\d+)?$/.test(value)
  const unitless = currency === undefined && !/[A-Z$€£¥]/.test(value)
  return (
    <span>
      <span className="num font-semibold text-xl tracking-tight">
        {exact ? (
          // The gaps are drawn, not written: the text is the exact value.
          <InOrder of={inThrees(value)} draw={part => <span className="mr-[0.18em] last:mr-0">{part}</span>} />
        ) : (
          <Revealed text={value} />
        )}
      </span>
      {currency && <span className="ml-1.5 text-ink-2">{currency}</span>}
      {unitless && <span className="ml-1.5 text-ink-3 text-xs">no currency is given</span>}
      {!exact && <span className="ml-2 text-held text-xs">not a plain decimal number</span>}
    </span>
  )
}

function Text({ path, value, meaning }: { path: string; value: string; meaning?: Meaning }) {
  const long = firstOf(value, longText).more > 0
  const opened = useMustOpen(`open:${path}`, long)
  if (value === '') return <span className="text-ink-3 italic">empty text</span>
  if (meaning === 'secret')
    return (
      <Secret path={path} text={value}>
        <Text path={path} value={value} />
      </Secret>
    )
  if (/^[A-Z0-9]{15,34}$/.test(value)) return <Grouped text={value} />
  // What is not shown by `Revealed` must hide nothing: no odd character, and no white space that a line would swallow.
  const url = !long && /^\S+$/.test(value) && plainText(value) ? host(value) : null
  if (url) {
    return (
      <span className="font-mono [overflow-wrap:anywhere]">
        <bdi dir="ltr">
          {url.before}
          <strong className="rounded-sm bg-held-soft px-0.5 font-semibold text-held">{url.host}</strong>
          {url.after}
        </bdi>
      </span>
    )
  }
  const isCode = meaning === 'sql' || meaning === 'code' || meaning === 'file'
  if (meaning === 'sql' && !long && plainText(value)) {
    return (
      <pre className="overflow-x-auto rounded-md border bg-sunken px-3 py-2 font-mono text-sm">
        <SqlText text={value} />
      </pre>
    )
  }
  const block = isCode || meaning === 'body' || value.includes('\n')
  return (
    <div>
      <ExpandableText
        text={value}
        limit={longText}
        onOpen={opened}
        className={cx(
          isCode || meaning === 'resource_id' ? 'font-mono text-sm' : undefined,
          block && 'rounded-md border bg-sunken px-3 py-2',
        )}
      />
      <Places text={value} />
    </div>
  )
}

/** Says how many there are that are not shown yet, and brings the next of them. */
export function More({ count, word, onPress }: { count: number; word: string; onPress: () => void }) {
  return (
    <button
      type="button"
      className="mt-1 min-h-6 font-medium font-sans text-accent text-xs underline underline-offset-2"
      onClick={onPress}
    >
      … {count.toLocaleString('en')} more {word}
    </button>
  )
}

function List({ path, items, ...of }: Omit<ValueProps, 'value'> & { items: readonly unknown[] }) {
  const { first, more, next } = useFirst(path, items, manyItems)
  return (
    <div>
      <p className="text-ink-3 text-xs">
        {items.length} {items.length === 1 ? 'item' : 'items'}
      </p>
      <ol className="mt-0.5 flex flex-col gap-1">
        <InOrder
          of={first}
          draw={(item, i) => (
            <li className="flex gap-2">
              <span className="num min-w-5 shrink-0 pt-0.5 text-right text-ink-3 text-xs">{i + 1}</span>
              <div className="min-w-0 flex-1">
                <ArgumentValue path={`${path}/${i}`} value={item} {...of} />
              </div>
            </li>
          )}
        />
      </ol>
      {more > 0 && <More count={more} word="items" onPress={next} />}
    </div>
  )
}

function Members({ path, value }: { path: string; value: Readonly<Record<string, unknown>> }) {
  const { first, more, next } = useFirst(path, Object.entries(value), manyNames)
  return (
    <div className="border-l pl-3">
      <dl className="flex flex-col gap-1.5">
        {first.map(([name, inner]) => {
          const at = `${path}/${pointerStep(name)}`
          return (
            <div key={name}>
              <dt className="font-mono text-ink-3 text-xs">
                <ArgumentName path={at} name={name} />
              </dt>
              <dd>
                <ArgumentValue path={at} value={inner} />
              </dd>
            </div>
          )
        })}
      </dl>
      {more > 0 && <More count={more} word="members" onPress={next} />}
    </div>
  )
}

function Deep({ path, value }: { path: string; value: unknown }) {
  const text = exactLine(value)
  const opened = useMustOpen(`open:${path}`, firstOf(text, longText).more > 0)
  return <ExpandableText text={text} limit={longText} onOpen={opened} className="font-mono text-sm" />
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function Laid({ path, value, meaning, currency }: ValueProps) {
  if (value === null) return <span className="font-mono text-ink-3 text-sm">null</span>
  if (meaning === 'amount' && (typeof value === 'number' || typeof value === 'string'))
    return <Money value={String(value)} currency={currency} />
  if (typeof value === 'number') return <span className="num font-mono">{String(value)}</span>
  if (typeof value === 'boolean') return <span className="font-mono">{value ? 'true' : 'false'}</span>
  if (typeof value === 'string') return <Text path={path} value={value} meaning={meaning} />
  if (Array.isArray(value) && value.length === 0) return <span className="text-ink-3 italic">empty list</span>
  if (isRecord(value) && Object.keys(value).length === 0) return <span className="text-ink-3 italic">empty object</span>
  if (path.split('/').length > deepest + 1) return <Deep path={path} value={value} />
  if (Array.isArray(value)) return <List path={path} items={value} meaning={meaning} currency={currency} />
  return isRecord(value) ? <Members path={path} value={value} /> : null
}

/**
 * One exact argument, laid out by what it is, with its canonical reading where it has another. All of it is text; nothing of it
 * is ever a link or markup.
 */
export function ArgumentValue(props: ValueProps) {
  return (
    <>
      <Laid {...props} />
      <CanonicalLine value={props.value} meaning={props.meaning} />
    </>
  )
}
