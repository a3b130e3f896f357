'use client'
import { EyeOff, ShieldCheck } from 'lucide-react'
import Link from 'next/link'
import { useState } from 'react'
import { Answer } from '@/components/data/answer'
import { useSubmit } from '@/components/data/use-submit'
import { Badge } from '@/components/ui/badge'
import { Button } from '@/components/ui/button'
import { ClockTime } from '@/components/ui/clock-time'
import { ReasonDialog } from '@/components/ui/reason-dialog'
import { RelativeTime } from '@/components/ui/relative-time'
import { Section } from '@/components/ui/section'
import { endWatching, type Readiness, useReadiness, type WindowItem } from './enforcement'
import { ObserveDialog } from './observe-dialog'
import { WouldHave } from './would-have'

interface Subject {
  readonly type: 'agent' | 'team'
  readonly id: string
  readonly name: string
}

function Enforce({ window, onClose }: { window: WindowItem; onClose: () => void }) {
  const submit = useSubmit((reason: string) => endWatching(window.id, reason), onClose)
  return (
    <ReasonDialog
      title={`Enforce ${window.target.type === 'team' ? 'team ' : ''}${window.target.name ?? 'it'} again?`}
      description="From now on what policy holds waits for people, and what it denies is denied. It takes effect at once."
      verb="Enforce now"
      busy={submit.busy}
      problem={submit.general}
      onSend={reason => void submit.run(reason)}
      onClose={onClose}
    />
  )
}

function State({ found, onEnforce }: { found: Readiness; onEnforce: () => void }) {
  const { window } = found
  if (window)
    return (
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2 px-4 py-3">
        <p className="min-w-0 flex-1 basis-80 text-sm">
          <Badge tone="held" icon={EyeOff}>
            Watching only
          </Badge>{' '}
          {window.target.type === 'team' && (
            <>
              as all of team <bdi>{window.target.name}</bdi>,{' '}
            </>
          )}
          until <ClockTime at={window.until} />, since <RelativeTime at={window.since} />, by {window.by.name}: “
          <bdi>{window.reason}</bdi>”
        </p>
        {window.may_end && (
          <Button look="primary" onClick={onEnforce}>
            <ShieldCheck aria-hidden /> Enforce now…
          </Button>
        )}
      </div>
    )
  return (
    <p className="px-4 py-3 text-ink-2 text-sm">
      Enforced: what policy holds waits for people, and what it denies is denied.{' '}
      {found.waiting_hold_id && (
        <Link href={`/approvals/${found.waiting_hold_id}`} className="text-accent underline underline-offset-2">
          Watching only waits for a second person.
        </Link>
      )}
    </p>
  )
}

/** Whether policy is enforced, and what enforcing would have done: ready to enforce? */
export function ReadinessSection({
  subject,
  may,
  title = 'Enforcement',
}: {
  subject: Subject
  may: boolean
  title?: string
}) {
  const [doing, setDoing] = useState<'enforce' | 'observe' | null>(null)
  const readiness = useReadiness(subject.type === 'agent' ? 'agents' : 'teams', subject.id)
  const found = readiness.data
  const ask = may && found && !found.window && !found.waiting_hold_id && (
    <Button size="sm" onClick={() => setDoing('observe')}>
      <EyeOff aria-hidden /> Watch only…
    </Button>
  )
  return (
    <div id="enforcement" className="scroll-mt-16">
      <Section title={title} aside={ask}>
        <Answer query={readiness}>
          {shown => (
            <div className="divide-y">
              <State found={shown} onEnforce={() => setDoing('enforce')} />
              {(shown.window || shown.would_be.held + shown.would_be.denied > 0) && <WouldHave found={shown} />}
            </div>
          )}
        </Answer>
      </Section>
      {doing === 'enforce' && found?.window && <Enforce window={found.window} onClose={() => setDoing(null)} />}
      {doing === 'observe' && <ObserveDialog subject={subject} onClose={() => setDoing(null)} />}
    </div>
  )
}
