import Link from 'next/link'
import { Revealed } from '@/components/action/hostile-text'
import { CopyId } from '@/components/ui/copy-id'
import { FactsList } from '@/components/ui/facts-list'
import { RelativeTime } from '@/components/ui/relative-time'
import { StateBadge } from '@/components/ui/state-badge'
import { inert } from '@/lib/tool/sentence'
import type { HoldDetail } from './hold'
import { Title } from './title'

/** The agent, who answers for it, on whose behalf it acts, and what this session has done so far. */
export function WhoAsks({ hold }: { hold: HoldDetail }) {
  const { asker, session_actions: steps } = hold
  return (
    <div className="flex flex-col gap-3 px-4 py-3">
      {asker && (
        <FactsList
          facts={[
            [
              'Agent',
              asker.agent && (
                <Link
                  href={`/agents/${asker.agent.id}`}
                  className="font-medium underline decoration-line-strong underline-offset-2"
                >
                  <bdi>{asker.agent.name}</bdi>
                </Link>
              ),
            ],
            ['Owner', asker.owner && `${asker.owner.name}${asker.backup ? `, then ${asker.backup.name}` : ''}`],
            [
              'Application',
              asker.application && `${asker.application.name}${asker.team ? ` · ${asker.team.name}` : ''}`,
            ],
            ['Environment', asker.environment],
            ['Acting for, as it says', asker.acting_for && <Revealed text={asker.acting_for} />],
            ['Build', asker.release],
            ['Session', asker.session && <CopyId value={asker.session} className="max-w-full" />],
          ]}
        />
      )}
      {steps.length > 0 && (
        <div>
          <h3 className="mb-1.5 text-ink-3 text-xs">This session so far</h3>
          <ol className="flex flex-col">
            {steps.map(step => (
              <li
                key={step.id}
                className="relative flex items-center gap-2.5 py-1 pl-4 text-sm before:absolute before:top-0 before:bottom-0 before:left-1 before:w-px before:bg-line first:before:top-1/2 last:before:bottom-1/2"
              >
                <span
                  className="absolute left-0 size-2 rounded-full border-2 border-surface bg-line-strong"
                  aria-hidden
                />
                <span className="line-clamp-2 min-w-0 flex-1 sm:line-clamp-1">
                  {step.title ? (
                    <Title text={step.title} />
                  ) : (
                    <code className="font-mono text-xs">{inert(step.tool)}</code>
                  )}
                </span>
                {step.id === hold.action_id ? (
                  <span className="text-held text-xs">this one</span>
                ) : (
                  <StateBadge state={step.status} />
                )}
                <RelativeTime at={step.at} className="shrink-0 text-right text-ink-3 text-xs sm:w-20" />
              </li>
            ))}
          </ol>
        </div>
      )}
    </div>
  )
}
