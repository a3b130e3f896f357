'use client'
import { Check } from 'lucide-react'
import { Checkbox as Radix } from 'radix-ui'
import { type ReactNode, useId } from 'react'
import { cx } from './cx'

interface CheckboxProps {
  readonly checked: boolean
  readonly onChange: (checked: boolean) => void
  readonly children?: ReactNode
  readonly label?: string
  readonly disabled?: boolean
  readonly className?: string
}

/** A tick with its words. Without `children`, `label` names it. The target is at least 24 px, and 44 px high on phones. */
export function Checkbox({ checked, onChange, children, label, disabled, className }: CheckboxProps) {
  const id = useId()
  return (
    <span className={cx('inline-flex items-start gap-1', className)}>
      <Radix.Root
        id={id}
        checked={checked}
        disabled={disabled}
        onCheckedChange={value => onChange(value === true)}
        aria-label={label}
        className="group inline-flex h-11 w-6 shrink-0 items-center justify-center rounded-sm disabled:opacity-50 sm:h-6"
      >
        <span className="flex size-4 items-center justify-center rounded-[3px] border border-line-strong bg-surface group-data-[state=checked]:border-accent group-data-[state=checked]:bg-accent">
          <Radix.Indicator>
            <Check className="size-3 text-on-solid" strokeWidth={3} aria-hidden />
          </Radix.Indicator>
        </span>
      </Radix.Root>
      {children && (
        <label htmlFor={id} className="py-3 text-sm sm:pt-0.5 sm:pb-0">
          {children}
        </label>
      )}
    </span>
  )
}
