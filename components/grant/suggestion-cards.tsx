'use client'
import { Button } from '@/components/ui/button'
import { RelativeTime } from '@/components/ui/relative-time'
import { Section } from '@/components/ui/section'
import { linesContract } from '@/lib/grant/contract'
import type { Seed } from './grant-draft'
import { type Suggestion, useSuggestions } from './grants'

/** A suggestion as what the form begins with. */
export function seedOf(one: Suggestion, reason: string): Seed {
  const read = linesContract.safeParse([one.line])
  return { agent_id: one.agent.id, reason, lines: read.success ? read.data : [] }
}

/** Approvals that are alike, and what approving them in advance would have let through. Nothing happens by itself. */
export function SuggestionCards({ onUse, agent }: { onUse: (seed: Seed) => void; agent?: string }) {
  const { data } = useSuggestions(true, agent)
  const items = data?.items ?? []
  if (items.length === 0) return null
  return (
    <Section title="People keep approving these" plain>
      <ul className="grid gap-3 md:grid-cols-2">
        {items.map(one => {
          const rejected = one.would_cover.rejected.length
          return (
            <li key={one.agent.id + one.sentence} className="flex flex-col gap-2 rounded-lg border bg-surface p-4">
              <p className="font-medium [overflow-wrap:anywhere]">
                <bdi>{one.sentence}</bdi>
              </p>
              <p className="text-ink-2 text-sm">
                <bdi>{one.agent.name}</bdi> · approved {one.approved} times, last <RelativeTime at={one.last_at} />
              </p>
              <p className={rejected > 0 ? 'text-denied text-sm' : 'text-ink-2 text-sm'}>
                In 30 days it would have covered {one.would_cover.held} held actions, and let through {rejected} that
                people rejected.
              </p>
              <Button
                size="sm"
                className="self-start"
                onClick={() => onUse(seedOf(one, `People approved this ${one.approved} times in 30 days.`))}
              >
                Look at it and propose…
              </Button>
            </li>
          )
        })}
      </ul>
    </Section>
  )
}
