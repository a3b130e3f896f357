'use client'
import { useState } from 'react'
import { useList } from '@/components/data/list'
import type { Named } from '@/components/data/me'
import { useSubmit } from '@/components/data/use-submit'
import { ChoiceCards } from '@/components/ui/choice-cards'
import { Field } from '@/components/ui/field'
import { FormDialog } from '@/components/ui/form-dialog'
import { Input } from '@/components/ui/input'
import { Select } from '@/components/ui/select'
import { isTimeZone } from '@/lib/access/calendar'
import { CalendarFields } from './calendar-fields'
import { RotaFields, weekOf } from './rota-fields'
import { addSchedule, changeSchedule, type Preview, type RotaItem, type ScheduleDetail } from './schedules'
import { usePeople } from './takeover-dialog'
import { dateText, thisMonday } from './times'

const everybody = 'everybody'
const kinds = [
  { value: 'rota', label: 'A rota kept here', hint: 'People take weeks, or days, in turn.' },
  { value: 'calendar', label: 'A calendar you already have', hint: 'Read from its address every quarter of an hour.' },
] as const

const here = () => Intl.DateTimeFormat().resolvedOptions().timeZone

/** A schedule: what it is for, where its clocks are, and who is on call by what. */
export function ScheduleDialog({
  schedule,
  onDone,
  onClose,
}: {
  schedule: ScheduleDetail | null
  onDone: (made: ScheduleDetail) => void
  onClose: () => void
}) {
  const teams = useList<Named>('team', 'teams', { limit: 200 }).data?.items ?? []
  const people = usePeople(schedule?.people ?? [])
  const [name, setName] = useState(schedule?.name ?? '')
  const [zone, setZone] = useState(schedule?.time_zone ?? here())
  const [team, setTeam] = useState(schedule?.team?.id ?? everybody)
  const [kind, setKind] = useState<string>(schedule?.calendar ? 'calendar' : 'rota')
  const [rota, setRota] = useState<RotaItem>(() => schedule?.rota ?? emptyRota(here()))
  const [url, setUrl] = useState(schedule?.calendar?.url ?? '')
  const [preview, setPreview] = useState<Preview | null>(null)
  const [tried, setTried] = useState(false)
  const knownZone = isTimeZone(zone.trim())
  const byCalendar = kind === 'calendar'
  const seen = byCalendar ? preview !== null || url === schedule?.calendar?.url : true
  const submit = useSubmit(() => {
    const said = {
      name: name.trim(),
      time_zone: zone.trim(),
      ...(byCalendar ? { calendar_url: url.trim() } : { rota }),
    }
    return schedule ? changeSchedule(schedule, said) : addSchedule(said, team === everybody ? null : team)
  }, onDone)
  return (
    <FormDialog
      wide
      title={schedule ? `Change ${schedule.name}` : 'A new schedule'}
      verb="Save"
      busy={submit.busy}
      disabled={!seen}
      problem={submit.general}
      aside={!seen && <span className="mr-auto text-ink-2 text-xs">Look at the calendar before it is used.</span>}
      onSend={() => {
        setTried(true)
        if (name.trim() !== '' && knownZone) void submit.run()
      }}
      onClose={onClose}
    >
      <div className="grid gap-4 sm:grid-cols-2">
        <Field
          label="What it is for"
          error={submit.at('/name') ?? (tried && name.trim() === '' ? 'Give it a name.' : undefined)}
        >
          {bind => (
            <Input
              {...bind}
              data-first
              maxLength={80}
              placeholder="Payments"
              value={name}
              onChange={event => setName(event.target.value)}
            />
          )}
        </Field>
        <Field
          label="Time zone"
          error={submit.at('/time_zone') ?? (knownZone ? undefined : 'A time zone such as Europe/Berlin')}
        >
          {bind => (
            <Input
              {...bind}
              list="on-call-zones"
              value={zone}
              onChange={event => {
                setZone(event.target.value)
                setPreview(null)
              }}
            />
          )}
        </Field>
        <datalist id="on-call-zones">
          {['UTC', ...Intl.supportedValuesOf('timeZone')].map(one => (
            <option key={one} value={one} />
          ))}
        </datalist>
        {!schedule && (
          <Field label="Whose it is" hint="Its governors may change it." error={submit.at('/team_id')}>
            {bind => (
              <Select
                id={bind.id}
                value={team}
                onChange={setTeam}
                choices={[
                  { value: everybody, label: 'the whole organisation' },
                  ...teams.map(one => ({ value: one.id, label: one.name })),
                ]}
              />
            )}
          </Field>
        )}
      </div>
      <ChoiceCards label="Who is on call by" value={kind} onChange={setKind} choices={kinds} columns={2} />
      {byCalendar ? (
        <CalendarFields
          url={url}
          zone={knownZone ? zone.trim() : 'UTC'}
          preview={preview}
          onUrl={next => {
            setUrl(next)
            setPreview(null)
          }}
          onPreview={setPreview}
          error={submit.at('/calendar_url')}
        />
      ) : (
        <RotaFields
          rota={rota}
          people={people}
          onChange={setRota}
          errors={{
            starts_on: submit.at('/rota/starts_on'),
            hand_overs: submit.at('/rota/hand_overs'),
            weeks: submit.at('/rota'),
          }}
        />
      )}
    </FormDialog>
  )
}

/** A rota of one week from this Monday on, with nobody in it yet. */
function emptyRota(zone: string): RotaItem {
  return { starts_on: dateText(thisMonday(zone, Date.now())), hand_overs: ['09:00'], weeks: [weekOf(null, 1)] }
}
