'use client'
import { Button } from '@/components/ui/button'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Select } from '@/components/ui/select'
import type { GrantKind } from '@/lib/grant/grant'
import type { GrantDraft, Unit } from './grant-draft'

type Life = Pick<GrantDraft, 'life' | 'unit'>
type Preset = Life & { readonly label: string }

const minutes = (life: string): Preset => ({ life, unit: 'minutes', label: `${life} minutes` })
const hours = (life: string): Preset => ({ life, unit: 'hours', label: life === '1' ? '1 hour' : `${life} hours` })
const days = (life: string): Preset => ({ life, unit: 'days', label: life === '1' ? '1 day' : `${life} days` })
const presets: Readonly<Record<GrantKind, readonly Preset[]>> = {
  standing: [hours('1'), days('1'), days('7'), days('30')],
  envelope: [hours('1'), hours('8'), days('1')],
  break_glass: [minutes('15'), minutes('30'), minutes('60')],
}
/** What a kind begins with. */
export const firstLife: Readonly<Record<GrantKind, Life>> = {
  standing: { life: '1', unit: 'days' },
  envelope: { life: '1', unit: 'hours' },
  break_glass: { life: '15', unit: 'minutes' },
}
const unitChoices: readonly { value: Unit; label: string }[] = [
  { value: 'minutes', label: 'minutes' },
  { value: 'hours', label: 'hours' },
  { value: 'days', label: 'days' },
]

/** How long it counts, from when people agree. */
export function LifeField({
  kind,
  life,
  unit,
  error,
  onChange,
}: Life & { kind: GrantKind; error: string | undefined; onChange: (life: Life) => void }) {
  return (
    <Field label="Counts for" hint="From when people agree." error={error}>
      {bind => (
        <div className="flex flex-wrap items-center gap-2">
          <Input
            {...bind}
            className="max-w-20"
            inputMode="numeric"
            value={life}
            onChange={event => onChange({ life: event.target.value, unit })}
          />
          <Select
            label="Unit of time"
            className="w-28"
            value={unit}
            onChange={value => onChange({ life, unit: unitChoices.find(one => one.value === value)?.value ?? unit })}
            choices={unitChoices}
          />
          {presets[kind].map(one => (
            <Button
              key={one.label}
              size="sm"
              aria-pressed={one.life === life && one.unit === unit}
              className="aria-pressed:border-accent aria-pressed:bg-accent-soft aria-pressed:text-ink"
              onClick={() => onChange({ life: one.life, unit: one.unit })}
            >
              {one.label}
            </Button>
          ))}
        </div>
      )}
    </Field>
  )
}
