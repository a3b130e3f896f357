import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'

/** From when until when, by the clocks of a zone. */
export function SpanFields({
  zone,
  from,
  until,
  onFrom,
  onUntil,
  errors,
}: {
  zone: string
  from: string
  until: string
  onFrom: (local: string) => void
  onUntil: (local: string) => void
  errors: { readonly from?: string; readonly until?: string }
}) {
  return (
    <div className="grid gap-4 sm:grid-cols-2">
      <Field label="From" hint={`By the clocks of ${zone}`} error={errors.from}>
        {bind => <Input {...bind} type="datetime-local" value={from} onChange={event => onFrom(event.target.value)} />}
      </Field>
      <Field label="Until" hint="This moment is not in it" error={errors.until}>
        {bind => (
          <Input {...bind} type="datetime-local" value={until} onChange={event => onUntil(event.target.value)} />
        )}
      </Field>
    </div>
  )
}
