'use client'
import { RadioGroup as Radix } from 'radix-ui'
import { cx } from './cx'
import type { Choice } from './select'

/** One of a few, where each needs its line of explanation. */
export function ChoiceCards({
  value,
  onChange,
  choices,
  label,
  columns = 1,
}: {
  value: string
  onChange: (value: string) => void
  choices: readonly Choice[]
  label: string
  columns?: 1 | 2
}) {
  return (
    <Radix.Root
      value={value}
      onValueChange={onChange}
      aria-label={label}
      className={cx('grid gap-2', columns === 2 && 'sm:grid-cols-2')}
    >
      {choices.map(choice => (
        <Radix.Item
          key={choice.value}
          value={choice.value}
          className="group flex items-start gap-2.5 rounded-md border bg-surface px-3 py-2 text-left hover:border-line-strong data-[state=checked]:border-accent data-[state=checked]:bg-accent-soft"
        >
          <span
            aria-hidden
            className="mt-0.5 flex size-4 shrink-0 items-center justify-center rounded-full border border-line-strong bg-surface group-data-[state=checked]:border-accent"
          >
            <Radix.Indicator className="size-2 rounded-full bg-accent" />
          </span>
          <span className="min-w-0">
            <span className="block font-medium text-sm">{choice.label}</span>
            {choice.hint && <span className="block text-ink-2 text-xs">{choice.hint}</span>}
          </span>
        </Radix.Item>
      ))}
    </Radix.Root>
  )
}
