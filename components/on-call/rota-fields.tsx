'use client'
import { Plus, Trash2 } from 'lucide-react'
import { Button, IconButton } from '@/components/ui/button'
import { Field } from '@/components/ui/field'
import { InOrder } from '@/components/ui/in-order'
import { Input } from '@/components/ui/input'
import { Select } from '@/components/ui/select'
import { useRowKeys } from '@/components/ui/use-row-keys'
import { weekdayNames } from '@/lib/access/calendar'
import type { RotaItem } from './schedules'

const nobody = 'nobody'
const several = 'several'

type Week = RotaItem['weeks'][number]

/** A week in which one person is on call throughout, or nobody yet. */
export const weekOf = (person: string | null, hand_overs: number): Week =>
  weekdayNames.map(() => Array.from({ length: hand_overs }, () => person))

/** What begins with a hand-over, in words: `from 09:00`, `from 09:00 to 21:00`. */
function partWords(hand_overs: readonly string[], part: number): string {
  return hand_overs.length === 1 ? '' : ` from ${hand_overs[part]} to ${hand_overs[(part + 1) % hand_overs.length]}`
}

/** The weeks of a rota: whole weeks by one choice, days by their own. Weeks follow each other for ever. */
export function RotaFields({
  rota,
  people,
  onChange,
  errors,
}: {
  rota: RotaItem
  people: readonly { readonly value: string; readonly label: string }[]
  onChange: (rota: RotaItem) => void
  errors: { readonly starts_on?: string; readonly hand_overs?: string; readonly weeks?: string }
}) {
  const choices = [{ value: nobody, label: 'nobody' }, ...people]
  const { hand_overs, weeks } = rota
  const setWeek = (at: number, week: Week) =>
    onChange({ ...rota, weeks: weeks.map((one, i) => (i === at ? week : one)) })
  const setParts = (clocks: readonly string[]) =>
    onChange({
      ...rota,
      hand_overs: clocks,
      weeks: weeks.map(week => week.map(day => clocks.map((_, part) => day[part] ?? day[0] ?? null))),
    })
  const rows = useRowKeys(weeks.length)
  const removeWeek = (at: number) => {
    rows.remove(at)
    onChange({ ...rota, weeks: weeks.toSpliced(at, 1) })
  }
  return (
    <div className="flex flex-col gap-4">
      <div className="grid gap-4 sm:grid-cols-2">
        <Field label="Begins on" hint="A Monday" error={errors.starts_on}>
          {bind => (
            <Input
              {...bind}
              type="date"
              step={7}
              value={rota.starts_on}
              onChange={event => onChange({ ...rota, starts_on: event.target.value })}
            />
          )}
        </Field>
        <Field label="Hands over at" hint="By local clocks, in summer and winter" error={errors.hand_overs}>
          {bind => (
            <span className="flex items-center gap-2">
              <InOrder
                of={hand_overs}
                draw={(clock, part) => (
                  <Input
                    {...(part === 0 ? bind : { 'aria-label': `Hand-over ${part + 1}` })}
                    type="time"
                    value={clock}
                    onChange={event => setParts(hand_overs.map((one, i) => (i === part ? event.target.value : one)))}
                  />
                )}
              />
              {hand_overs.length > 1 ? (
                <IconButton label="Take the last hand-over away" onClick={() => setParts(hand_overs.slice(0, -1))}>
                  <Trash2 aria-hidden />
                </IconButton>
              ) : (
                <Button size="sm" look="quiet" onClick={() => setParts([...hand_overs, '21:00'])}>
                  Twice a day
                </Button>
              )}
            </span>
          )}
        </Field>
      </div>
      <ol className="flex flex-col gap-3" aria-label="Weeks, in turn">
        {weeks.map((week, at) => (
          <li key={rows.keys[at]} className="rounded-md border p-3">
            <WeekFields
              name={`Week ${at + 1}`}
              week={week}
              hand_overs={hand_overs}
              choices={choices}
              onChange={next => setWeek(at, next)}
              onRemove={weeks.length > 1 ? () => removeWeek(at) : null}
            />
          </li>
        ))}
      </ol>
      {errors.weeks && <p className="text-denied text-xs">{errors.weeks}</p>}
      {weeks.length < 26 && (
        <Button
          className="self-start"
          onClick={() => onChange({ ...rota, weeks: [...weeks, weekOf(null, hand_overs.length)] })}
        >
          <Plus aria-hidden /> Another week
        </Button>
      )}
    </div>
  )
}

function WeekFields({
  name,
  week,
  hand_overs,
  choices,
  onChange,
  onRemove,
}: {
  name: string
  week: Week
  hand_overs: readonly string[]
  choices: readonly { readonly value: string; readonly label: string }[]
  onChange: (week: Week) => void
  onRemove: (() => void) | null
}) {
  const all = new Set(week.flat().map(one => one ?? nobody))
  const whole = all.size === 1 ? ([...all][0] ?? nobody) : several
  const chosen = (value: string) => (value === nobody ? null : value)
  return (
    <div className="flex flex-col gap-2">
      <div className="flex items-center gap-2">
        <span className="w-16 shrink-0 font-medium text-sm">{name}</span>
        <Select
          label={`${name}, all days`}
          className="min-w-0 flex-1"
          value={whole}
          onChange={value => value !== several && onChange(weekOf(chosen(value), hand_overs.length))}
          choices={whole === several ? [{ value: several, label: 'by day' }, ...choices] : choices}
        />
        {onRemove && (
          <IconButton label={`Take ${name.toLowerCase()} away`} onClick={onRemove}>
            <Trash2 aria-hidden />
          </IconButton>
        )}
      </div>
      <details className="text-sm">
        <summary className="min-h-6 py-3.5 text-ink-2 text-xs sm:py-0.5">By day</summary>
        <div className="mt-2 grid gap-2 sm:grid-cols-2">
          {week.map((day, at) => (
            <InOrder
              key={weekdayNames[at]}
              of={day}
              draw={(person, part) => (
                <span className="flex items-center gap-2">
                  <span className="w-28 shrink-0 text-ink-2 text-xs">
                    {weekdayNames[at]}
                    {partWords(hand_overs, part)}
                  </span>
                  <Select
                    label={`${name}, ${weekdayNames[at]}${partWords(hand_overs, part)}`}
                    className="min-w-0 flex-1"
                    value={person ?? nobody}
                    onChange={value => onChange(week.map((one, i) => (i === at ? one.with(part, chosen(value)) : one)))}
                    choices={choices}
                  />
                </span>
              )}
            />
          ))}
        </div>
      </details>
    </div>
  )
}
