'use client'
import { Answer } from '@/components/data/answer'
import { useMe } from '@/components/data/me'
import { useSubmit } from '@/components/data/use-submit'
import { Badge } from '@/components/ui/badge'
import { Button } from '@/components/ui/button'
import { FormProblem } from '@/components/ui/form-problem'
import { Section } from '@/components/ui/section'
import { AwayForm } from './away-form'
import { type OwnAbsence, useOwnAbsences } from './own-absences'
import { removeAbsence, type Who } from './schedules'
import { shownIn } from './times'

const nameOf = (who: Who) => who.name ?? 'somebody who has left'
const spanOf = ({ from, until }: OwnAbsence) => {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone
  return `${shownIn(zone, from)} to ${shownIn(zone, until)}`
}

function Mine({ absences, me }: { absences: readonly OwnAbsence[]; me: string }) {
  const end = useSubmit((id: string) => removeAbsence(id))
  return (
    <>
      <ul className="divide-y" aria-label="When I am away">
        {absences.map(one => (
          <li key={one.id} className="flex flex-wrap items-center gap-x-3 gap-y-1.5 px-4 py-3">
            <div className="flex min-w-0 flex-1 basis-60 flex-col gap-0.5">
              <p className="flex flex-wrap items-center gap-x-2 gap-y-1 font-medium text-sm">
                {spanOf(one)}
                {one.begun && <Badge tone="accent">Away now</Badge>}
              </p>
              <p className="text-ink-2 text-sm">
                {one.stand_in ? (
                  <>
                    <bdi>{nameOf(one.stand_in)}</bdi> stands in
                  </>
                ) : (
                  'Nobody stands in'
                )}
                {one.by.id !== me && (
                  <>
                    {' '}
                    · said by <bdi>{nameOf(one.by)}</bdi>
                  </>
                )}
              </p>
              {one.alone && (
                <p className="text-ink-2 text-xs">
                  They are not there all that time themselves. While they are not, everything comes to you.
                </p>
              )}
            </div>
            <Button
              aria-label={`${one.begun ? 'I am back' : 'Take back'}: ${spanOf(one)}`}
              disabled={end.busy}
              onClick={() => void end.run(one.id)}
            >
              {one.begun ? 'I am back' : 'Take back'}
            </Button>
          </li>
        ))}
      </ul>
      {end.general && (
        <div className="px-4 pb-3">
          <FormProblem text={end.general} />
        </div>
      )}
    </>
  )
}

/** When I am away and who stands in for me; and for whom I stand in. */
export function AwayPage() {
  const own = useOwnAbsences()
  const me = useMe().data
  return (
    <Answer query={own}>
      {({ mine, named_by, stand_ins }) => (
        <div className="flex flex-col gap-6">
          {mine.length > 0 && (
            <Section title="I am away">
              <Mine absences={mine} me={me?.id ?? ''} />
            </Section>
          )}
          <Section title={mine.length > 0 ? 'Another time' : 'When I am away'}>
            <p className="max-w-2xl px-4 pt-3 text-ink-2 text-sm">
              While you are away you are on call nowhere, and what would be told to you is told to whoever stands in.
              They decide by their own right and in their own name, and name nobody in their turn.
            </p>
            {me && <AwayForm key={mine.length} me={me.id} standIns={stand_ins} />}
          </Section>
          <Section title="I stand in for">
            {named_by.length === 0 ? (
              <p className="px-4 py-3 text-ink-2 text-sm">Nobody has named you.</p>
            ) : (
              <ul className="divide-y" aria-label="I stand in for">
                {named_by.map(one => (
                  <li key={one.id} className="flex flex-wrap items-center gap-x-3 gap-y-1 px-4 py-3 text-sm">
                    <bdi className="font-medium">{nameOf(one.person)}</bdi>
                    <span className="text-ink-2">{spanOf(one)}</span>
                    {one.begun && <Badge tone="accent">Now</Badge>}
                    {one.alone && (
                      <span className="basis-full text-ink-2 text-xs">
                        You are away yourself for a part of it: then it comes to them.
                      </span>
                    )}
                  </li>
                ))}
              </ul>
            )}
          </Section>
        </div>
      )}
    </Answer>
  )
}
