import { FactsList } from '@/components/ui/facts-list'
import { Section } from '@/components/ui/section'
import { ShareBar } from '@/components/ui/share-bar'
import type { ShareTone } from '@/components/ui/shares'
import { stateWord } from '@/components/ui/state-badge'
import type { AgentDetail } from './agents'

const counted = (n: number, one: string) => `${n.toLocaleString('en')} ${one}${n === 1 ? '' : 's'}`

const tones: Readonly<Record<string, ShareTone>> = {
  held: 'held',
  allowed: 'allowed',
  approved: 'allowed',
  denied: 'denied',
  rejected: 'denied',
  contained: 'contained',
}

/** The last 30 days: what it asked for came to, and how busy it is. */
export function StorySection({ agent }: { agent: AgentDetail }) {
  const story = agent.story
  const parts = Object.entries(story?.by_status ?? {}).map(([status, count]) => ({
    label: stateWord(status),
    count: Number(count),
    tone: tones[status] ?? ('neutral' as const),
  }))
  const total = parts.reduce((sum, part) => sum + part.count, 0)
  if (!story || total === 0) return null
  return (
    <Section title="What became of what it asked, last 30 days">
      <div className="flex flex-col gap-4 px-4 py-3.5">
        <ShareBar label="Decisions in the last 30 days" parts={parts} />
        <div className="border-t pt-3">
          <FactsList
            facts={[
              ['Asked', `${counted(total, 'time')}${story.capped ? ' or more: only the newest are counted' : ''}`],
              ['Tools used', story.tools.toLocaleString('en')],
              ['In 24 hours', `${counted(agent.actions_24h, 'action')}, ${counted(story.sessions_24h, 'session')}`],
              [
                'Waiting now',
                `${story.open_holds.toLocaleString('en')} ${story.open_holds === 1 ? 'approval' : 'approvals'}`,
              ],
            ]}
          />
        </div>
      </div>
    </Section>
  )
}
