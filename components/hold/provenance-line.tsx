import { CircleHelp, Database, FileWarning, MessageSquareText } from 'lucide-react'
import { Revealed } from '@/components/action/hostile-text'
import { cx } from '@/components/ui/cx'
import type { Provenance } from './hold'

const looks = {
  request: { icon: MessageSquareText, word: 'From the person’s request', colour: 'text-ink-3' },
  system: { icon: Database, word: 'From a trusted system', colour: 'text-ink-3' },
  untrusted: { icon: FileWarning, word: 'From untrusted content', colour: 'text-held' },
  unknown: { icon: CircleHelp, word: 'In nothing that the agent reported', colour: 'text-held' },
} as const

/** Where an argument came from; content that nobody vouches for is quoted in place, inert. `weighty` ones are coloured. */
export function ProvenanceLine({ provenance, weighty }: { provenance: Provenance; weighty: boolean }) {
  const { icon: Icon, word, colour } = looks[provenance.kind]
  return (
    <div className={cx('mt-1 text-xs', weighty ? colour : 'text-ink-3')}>
      <p className="flex items-start gap-1.5">
        <Icon className="mt-px size-3.5 shrink-0" aria-hidden />
        <span className="min-w-0 [overflow-wrap:anywhere]">
          {word}
          {provenance.ref && (
            <>
              : <bdi className="font-mono">{provenance.ref}</bdi>
            </>
          )}
        </span>
      </p>
      {provenance.kind === 'untrusted' && provenance.quote && (
        <blockquote className="mt-1 border-held-line border-l-2 py-0.5 pl-2.5 text-ink-2">
          …<Revealed text={provenance.quote.before.trimStart()} />
          <mark className="rounded-sm bg-held-soft px-0.5 font-medium text-held">
            <Revealed text={provenance.quote.value} />
          </mark>
          <Revealed text={provenance.quote.after.trimEnd()} />…
        </blockquote>
      )}
    </div>
  )
}
