'use client'
import { Check, ChevronDown } from 'lucide-react'
import { Select as Radix } from 'radix-ui'
import { cx } from './cx'

export interface Choice {
  readonly value: string
  readonly label: string
  readonly hint?: string
}

interface SelectProps {
  readonly value: string
  readonly onChange: (value: string) => void
  readonly choices: readonly Choice[]
  readonly label?: string
  readonly id?: string
  readonly placeholder?: string
  readonly disabled?: boolean
  readonly className?: string
  readonly invalid?: boolean
}

/** One of a few; it grows with what is chosen, which is never cut. `label` names it where no visible label is bound by `id`. Values are never empty strings. */
export function Select({
  value,
  onChange,
  choices,
  label,
  id,
  placeholder,
  disabled,
  className,
  invalid,
}: SelectProps) {
  return (
    <Radix.Root value={value} onValueChange={onChange} disabled={disabled}>
      <Radix.Trigger
        id={id}
        aria-label={label}
        aria-invalid={invalid || undefined}
        className={cx(
          'inline-flex min-h-11 items-center justify-between gap-2 rounded-md border border-line-strong bg-surface px-2.5 py-1 text-left',
          'text-base disabled:opacity-60 data-[placeholder]:text-ink-3 sm:min-h-8 sm:text-sm',
          className,
        )}
      >
        <Radix.Value placeholder={placeholder} />
        <Radix.Icon>
          <ChevronDown className="size-4 text-ink-3" aria-hidden />
        </Radix.Icon>
      </Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          position="popper"
          sideOffset={4}
          className="z-50 max-h-80 min-w-(--radix-select-trigger-width) animate-appear overflow-hidden rounded-lg border bg-raised p-1 shadow-float"
        >
          <Radix.Viewport>
            {choices.map(choice => (
              <Radix.Item
                key={choice.value}
                value={choice.value}
                className="relative flex min-h-11 cursor-default select-none flex-col justify-center rounded-sm py-1 pr-3 pl-7 text-base outline-none data-[highlighted]:bg-sunken sm:min-h-8 sm:text-sm"
              >
                <Radix.ItemIndicator className="absolute left-2">
                  <Check className="size-3.5" aria-hidden />
                </Radix.ItemIndicator>
                <Radix.ItemText>{choice.label}</Radix.ItemText>
                {choice.hint && <span className="text-ink-3 text-xs">{choice.hint}</span>}
              </Radix.Item>
            ))}
          </Radix.Viewport>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}
