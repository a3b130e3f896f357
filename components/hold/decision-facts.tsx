'use client'
import { ExpandableText, Revealed } from '@/components/action/hostile-text'
import { CopyId } from '@/components/ui/copy-id'
import { RelativeTime } from '@/components/ui/relative-time'
import { Section } from '@/components/ui/section'
import { StateBadge } from '@/components/ui/state-badge'
import { AgentWords, hasAgentWords } from './agent-words'
import { Arguments } from './arguments'
import { ApprovedBefore, Attempts } from './attempts'
import { ChangeBody } from './change-body'
import { History } from './history'
import { type HoldDetail, isOpen } from './hold'
import { HoldRing } from './hold-ring'
import { IfWrong } from './if-wrong'
import { LookTwice } from './look-twice'
import { RiskBadge, riskReasons } from './risk-badge'
import { Thread } from './thread'
import { Title } from './title'
import { WhoAsks } from './who-asks'
import { WhyStopped } from './why-stopped'

/** Who wants it, who answers for them, on whose behalf, since when: one line. */
function Asker({ hold }: { hold: HoldDetail }) {
  const owner = hold.owner ?? hold.asker?.owner
  return (
    <p className="mt-1 flex flex-wrap gap-x-3 text-ink-3 text-sm">
      {hold.agent && (
        <span>
          <bdi className="font-medium text-ink-2">{hold.agent.name}</bdi> {isOpen(hold) ? 'asks' : 'asked'}
          {hold.asker?.acting_for && (
            <>
              {' '}
              and says for whom: <Revealed text={hold.asker.acting_for} />
            </>
          )}
        </span>
      )}
      {hold.agent && owner && <span>{owner.name} answers for it</span>}
      <RelativeTime at={hold.opened_at} />
    </p>
  )
}

const happened: Readonly<Record<string, string>> = { approved: 'What was approved', applied: 'What was approved' }

/** What will happen, in one sentence of ours, with how risky and how long. */
export function Headline({ hold, readAt }: { hold: HoldDetail; readAt: number }) {
  return (
    <header className="flex items-start gap-3 sm:gap-4">
      {isOpen(hold) && <HoldRing hold={hold} readAt={readAt} size={44} />}
      <div className="min-w-0 flex-1">
        <h1 className="font-semibold text-xl tracking-tight sm:text-2xl">
          <Title text={hold.title} />
        </h1>
        <p className="mt-1.5 flex flex-wrap items-center gap-x-2 gap-y-1 text-ink-2 text-sm">
          <StateBadge state={hold.frozen_at && isOpen(hold) ? 'frozen' : hold.status} />
          <RiskBadge risk={hold.risk} />
          <span className="min-w-0">{riskReasons(hold.risk)}</span>
        </p>
        <Asker hold={hold} />
      </div>
    </header>
  )
}

/** Of some value, or of all, nobody but the agent itself has told where it comes from. */
function isReported({ action, provenance = [] }: HoldDetail): boolean {
  const by = new Set(provenance.map(one => one.reported_by))
  return Boolean(action?.context) && (by.has('agent') || !(by.has('gateway') || by.has('harness')))
}

/** Everything that is known, in the order in which one decides; what the agent claims comes after what we know (U10). */
export function DecisionFacts({ hold }: { hold: HoldDetail }) {
  return (
    <div className="flex min-w-0 flex-col gap-4 sm:gap-6">
      <LookTwice hold={hold} />
      <Attempts hold={hold} />
      <ApprovedBefore hold={hold} />
      <Section
        title={isOpen(hold) ? 'What will happen' : (happened[hold.status] ?? 'What was asked')}
        aside={
          hold.tool && (
            <span className="flex items-center gap-2 text-ink-3 text-xs">
              <code className="font-mono">
                <Revealed text={hold.tool} />
              </code>{' '}
              {hold.operation}
            </span>
          )
        }
      >
        {hold.action?.erased_at ? (
          <p className="px-4 py-3 text-ink-2">The content was erased. Its digest stays.</p>
        ) : hold.change ? (
          <ChangeBody change={hold.change} open={isOpen(hold)} />
        ) : (
          <Arguments hold={hold} />
        )}
        <div className="flex flex-wrap items-center justify-between gap-x-4 border-t px-4 py-1.5 text-ink-3 text-xs">
          <div className="min-w-0 flex-1 basis-64">
            {hold.tool_info?.description && (
              <ExpandableText text={`As its source describes it: ${hold.tool_info.description}`} limit={300} />
            )}
            {isReported(hold) && <p>Where a value comes from is what the agent reports.</p>}
          </div>
          <CopyId value={hold.shown_digest} short />
        </div>
      </Section>
      {hold.why.length > 0 && (
        <Section title="Why it stopped">
          <WhyStopped hold={hold} />
        </Section>
      )}
      {(hold.asker || hold.action) && (
        <Section title="Who asks">
          <WhoAsks hold={hold} />
        </Section>
      )}
      {hold.action && (
        <Section title="If it goes wrong">
          <IfWrong hold={hold} />
        </Section>
      )}
      {hasAgentWords(hold) && (
        <Section title="What the agent says">
          <AgentWords hold={hold} />
        </Section>
      )}
      {hold.reviews.some(one => one.verdict === 'ask') && (
        <Section title="Questions">
          <Thread hold={hold} />
        </Section>
      )}
      {hold.timeline.length > 0 && (
        <Section title="History">
          <History hold={hold} />
        </Section>
      )}
    </div>
  )
}
