'use client'
import { Check, CircleHelp, CornerDownRight, X } from 'lucide-react'
import { Revealed } from '@/components/action/hostile-text'
import { Avatar, Avatars } from '@/components/person/avatar'
import { Popover } from '@/components/ui/popover'
import { RelativeTime } from '@/components/ui/relative-time'
import { type HoldDetail, isOpen, type Review } from './hold'
import { Stages } from './stages'

const looks = {
  approve: { icon: Check, word: 'approved', colour: 'text-allowed' },
  reject: { icon: X, word: 'rejected', colour: 'text-denied' },
  ask: { icon: CircleHelp, word: 'asks', colour: 'text-ink-2' },
  pass: { icon: CornerDownRight, word: 'passed', colour: 'text-ink-2' },
} as const

function ReviewLine({ review }: { review: Review }) {
  const { icon: Icon, word, colour } = looks[review.verdict]
  return (
    <li className="flex flex-col gap-0.5">
      <span className="flex items-center gap-1.5 text-sm">
        <Icon className={`size-3.5 shrink-0 ${colour}`} aria-hidden />
        <span className={review.void_reason ? 'line-through' : undefined}>
          {review.by.name} {word}
          {review.self && ' (self)'}
        </span>
        <RelativeTime at={review.at} className="ml-auto text-ink-3 text-xs" />
      </span>
      {review.void_reason && <span className="pl-5 text-held text-xs">No longer counts: {review.void_reason}</span>}
      {review.verdict !== 'ask' && review.comment && (
        <span className="pl-5 text-ink-2 text-xs">
          to the agent: “<Revealed text={review.comment} />”
        </span>
      )}
      {review.verdict !== 'ask' && review.note && (
        <span className="pl-5 text-ink-2 text-xs">
          to people: “<Revealed text={review.note} />”
        </span>
      )}
    </li>
  )
}

function MorePeople({ people }: { people: HoldDetail['eligible'] }) {
  return (
    <Popover
      align="end"
      trigger={
        <button type="button" className="ml-1 min-h-6 underline underline-offset-2">
          and {people.length} more
        </button>
      }
    >
      <ul className="flex max-h-72 flex-col gap-1.5 overflow-y-auto">
        {people.map(one => (
          <li key={one.id} className="flex items-center gap-2">
            <Avatar name={one.name} small />
            <span>{one.name}</span>
            <span className="ml-auto text-right text-ink-3 text-xs">{one.why}</span>
          </li>
        ))}
      </ul>
    </Popover>
  )
}

/** Who has said what, who looks now, who was told, who could be next. */
export function DecisionPeople({ hold }: { hold: HoldDetail }) {
  const said = new Set(hold.reviews.map(one => one.by.id))
  const next = hold.eligible.filter(one => !said.has(one.id))
  return (
    <div className="flex flex-col gap-3">
      <Stages hold={hold} />
      {hold.reviews.length > 0 && (
        <ul className="flex flex-col gap-2" aria-label="Reviews">
          {hold.reviews.map(review => (
            <ReviewLine key={review.id} review={review} />
          ))}
        </ul>
      )}
      <dl className="flex flex-col gap-1.5 text-xs empty:hidden">
        {isOpen(hold) && hold.looking.length > 0 && (
          <div className="flex items-center gap-2">
            <dt className="w-20 shrink-0 text-ink-3">Looking now</dt>
            <dd className="flex items-center gap-1.5">
              <Avatars people={hold.looking} label="Looking now" />
              <span className="truncate text-ink-2">{hold.looking.map(one => one.name).join(', ')}</span>
            </dd>
          </div>
        )}
        {hold.told.length > 0 && (
          <div className="flex gap-2">
            <dt className="w-20 shrink-0 text-ink-3">Told</dt>
            <dd className="text-ink-2">{hold.told.map(one => one.name).join(', ')}</dd>
          </div>
        )}
        {isOpen(hold) && (
          <div className="flex gap-2">
            <dt className="w-20 shrink-0 text-ink-3">May decide</dt>
            <dd className="min-w-0 text-ink-2">
              {next.length === 0
                ? 'nobody else'
                : next.slice(0, 4).map((one, i) => (
                    <span key={one.id} title={one.why} className="mr-2 inline-flex items-center gap-1">
                      <Avatar name={one.name} small />
                      <span>
                        {one.name}
                        {i < Math.min(next.length, 4) - 1 && ','}
                      </span>
                    </span>
                  ))}
              {next.length > 4 && <MorePeople people={next.slice(4)} />}
            </dd>
          </div>
        )}
      </dl>
    </div>
  )
}
