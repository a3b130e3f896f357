import { Bot, CircleHelp, Database, FileWarning, MessageSquareQuote, MessageSquareText } from 'lucide-react'
import { Revealed } from '@/components/action/hostile-text'
import { cx } from '@/components/ui/cx'
import type { Found } from '@/lib/session/provenance'

const looks = {
  person: { icon: MessageSquareText, word: 'In the person’s own words', colour: 'text-ink-3' },
  trusted: { icon: Database, word: 'From a trusted system', colour: 'text-ink-3' },
  untrusted: { icon: FileWarning, word: 'From untrusted content', colour: 'text-held' },
  field: { icon: FileWarning, word: 'From a field of untrusted data', colour: 'text-held' },
  agent: { icon: Bot, word: 'The agent’s own making: it stands in none of its sources', colour: 'text-held' },
  person_claimed: { icon: MessageSquareQuote, word: 'The agent says: from the person’s request', colour: 'text-ink-3' },
  trusted_claimed: { icon: MessageSquareQuote, word: 'The agent says: from a trusted system', colour: 'text-ink-3' },
  unread: {
    icon: CircleHelp,
    word: 'Not looked for: there are too many values, or too much text',
    colour: 'text-held',
  },
  unknown: { icon: CircleHelp, word: 'In nothing that the agent reported', colour: 'text-held' },
} as const

function lookOf({ from, claimed, field, unread }: Found) {
  if (unread) return looks.unread
  if (from === 'untrusted') return looks[field === undefined ? 'untrusted' : 'field']
  return from === 'unknown' && claimed ? looks[`${claimed}_claimed`] : looks[from]
}

const ways: Partial<Record<NonNullable<Found['how']>, string>> = {
  decoded: 'written there under an encoding',
  part: 'part of it',
  prose: 'words of it',
}

/** Only the line on which a value stands: the decision must fit its screen. */
const lineBefore = (text: string) => text.split('\n').at(-1) ?? ''

/** The rest of its line; where it ends it, what the next one says. */
function lineAfter(text: string): string {
  const [rest = '', next = ''] = text.split('\n')
  return /[\p{L}\p{N}]/u.test(rest) || next.trim() === '' ? rest : `${rest} ↵ ${next}`
}

/** Where a value came from; content that nobody vouches for is quoted in place, inert. `weighty` ones are coloured. */
export function ProvenanceLine({ found, place, weighty }: { found: Found; place?: string; weighty: boolean }) {
  const { icon: Icon, word, colour } = lookOf(found)
  const way = found.how && ways[found.how]
  return (
    <div className={cx('mt-1 text-xs', weighty ? colour : 'text-ink-3')}>
      <p className="flex items-start gap-1.5">
        <Icon className="mt-px size-3.5 shrink-0" aria-hidden />
        <span className="min-w-0 [overflow-wrap:anywhere]">
          {place !== undefined && (
            <>
              <bdi className="font-mono">
                <Revealed text={place} />
              </bdi>{' '}
            </>
          )}
          {word}
          {found.ref && (
            <>
              :{' '}
              <span className="font-mono">
                <Revealed text={found.ref} />
              </span>
            </>
          )}
          {way && ` (${way})`}
        </span>
      </p>
      {found.from === 'untrusted' && found.quote && (
        <blockquote className="mt-1 border-held-line border-l-2 py-0.5 pl-2.5 text-ink-2">
          …<Revealed text={lineBefore(found.quote.before)} />
          <mark className="rounded-sm bg-held-soft px-0.5 font-medium text-held">
            <Revealed text={found.quote.value} />
          </mark>
          <Revealed text={lineAfter(found.quote.after)} />…
        </blockquote>
      )}
    </div>
  )
}

/** Items are counted from 1, as the value beside it counts them. */
function placeIn(pointer: string): string {
  const steps = pointer.split('/').slice(2)
  return steps.map(step => (/^\d+$/.test(step) ? String(Number(step) + 1) : step)).join(' › ')
}

const most = 4

/** The same of every value of one argument: the worst first, at most four, and how many more there are. */
export function ProvenanceLines({ origins, weighty }: { origins: readonly Found[]; weighty: boolean }) {
  const nested = origins.some(one => one.pointer.split('/').length > 2)
  return (
    <>
      {origins.slice(0, most).map(found => (
        <ProvenanceLine
          key={found.pointer}
          found={found}
          place={nested ? placeIn(found.pointer) : undefined}
          weighty={weighty || found.from === 'untrusted'}
        />
      ))}
      {origins.length > most && (
        <p className="mt-1 text-ink-3 text-xs">And {origins.length - most} more values, none of them worse.</p>
      )}
    </>
  )
}
