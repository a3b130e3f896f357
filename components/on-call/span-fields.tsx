import { useState } from 'react'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { localText } from '@/lib/on-call/zone-time'
import { momentIn } from './times'

/** From when until when, as it is being filled in by the clocks of a zone. */
export function useSpan(zone: string, first: () => { readonly from: Date; readonly until: Date }) {
  const [{ from, until }, set] = useState(() => {
    const { from, until } = first()
    return { from: localText(zone, from), until: localText(zone, until) }
  })
  const [start, end] = [momentIn(zone, from), momentIn(zone, until)]
  const late = start && end && start >= end ? 'It ends after it begins.' : undefined
  return {
    zone,
    from,
    until,
    set,
    late,
    lacks: { from: start === null, until: end === null },
    /** What is to be sent; null while it is none. */
    given: start && end && !late ? { from: start, until: end } : null,
  }
}

/** What a field says of itself where it has to be filled in and is not, once that was tried to be sent. */
export const neededOnce = (tried: boolean) => (is: boolean) => (tried && !is ? 'This is needed.' : undefined)

/** From when until when, by the clocks of a zone. @param at what was refused, by its place @param needed as {@link neededOnce} says it */
export function SpanFields({
  span: { zone, from, until, set, late, lacks },
  at,
  needed,
}: {
  span: ReturnType<typeof useSpan>
  at: (place: string) => string | undefined
  needed: (is: boolean) => string | undefined
}) {
  return (
    <div className="grid gap-4 sm:grid-cols-2">
      <Field label="From" hint={`By the clocks of ${zone}`} error={at('/from') ?? needed(!lacks.from)}>
        {bind => (
          <Input
            {...bind}
            type="datetime-local"
            value={from}
            onChange={event => set({ from: event.target.value, until })}
          />
        )}
      </Field>
      <Field label="Until" hint="This moment is not in it" error={at('/until') ?? late ?? needed(!lacks.until)}>
        {bind => (
          <Input
            {...bind}
            type="datetime-local"
            value={until}
            onChange={event => set({ from, until: event.target.value })}
          />
        )}
      </Field>
    </div>
  )
}
