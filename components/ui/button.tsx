import Link from 'next/link'
import type { ComponentProps, ReactNode } from 'react'
import { cx } from './cx'

export type ButtonLook = 'primary' | 'neutral' | 'quiet' | 'allow' | 'deny' | 'contain'
export type ButtonSize = 'sm' | 'md' | 'lg'

const looks: Record<ButtonLook, string> = {
  primary: 'border-accent bg-accent text-on-solid hover:opacity-90',
  neutral: 'border-line bg-surface text-ink hover:border-line-strong hover:bg-sunken',
  quiet: 'border-transparent text-ink-2 hover:bg-sunken hover:text-ink',
  allow: 'border-allowed bg-allowed text-on-solid hover:opacity-90',
  deny: 'border-denied-line bg-surface text-denied hover:bg-denied-soft',
  contain: 'border-contained-line bg-surface text-contained hover:bg-contained-soft',
}
/** On phones all of them are 44 px high: what a thumb hits. */
const sizes: Record<ButtonSize, string> = {
  sm: 'h-11 gap-1.5 px-2.5 text-sm sm:h-7 sm:text-xs',
  md: 'h-11 gap-2 px-3 text-sm sm:h-8',
  lg: 'h-11 gap-2 px-4 text-base',
}

/** The classes of a button, for links that look like one. */
export function buttonClass(look: ButtonLook = 'neutral', size: ButtonSize = 'md', extra?: string): string {
  return cx(
    'inline-flex shrink-0 select-none items-center justify-center whitespace-nowrap rounded-md border font-medium',
    'transition-colors duration-100 [&_svg]:size-4 [&_svg]:shrink-0',
    'disabled:pointer-events-none disabled:opacity-50 aria-disabled:cursor-not-allowed aria-disabled:opacity-50',
    looks[look],
    sizes[size],
    extra,
  )
}

type ButtonProps = ComponentProps<'button'> & { look?: ButtonLook; size?: ButtonSize; busy?: boolean }

/** A button. `busy` keeps its width, says so to assistive technology and takes no second press. */
export function Button({
  look = 'neutral',
  size = 'md',
  busy = false,
  className,
  disabled,
  type = 'button',
  ...rest
}: ButtonProps) {
  return (
    <button
      {...rest}
      type={type}
      disabled={disabled || busy}
      aria-busy={busy || undefined}
      className={buttonClass(look, size, className)}
    />
  )
}

/** A link that looks like a button. */
export function ButtonLink({
  look = 'neutral',
  size = 'md',
  className,
  ...rest
}: ComponentProps<typeof Link> & { look?: ButtonLook; size?: ButtonSize }) {
  return <Link {...rest} className={buttonClass(look, size, className)} />
}

/** A square button with an icon alone; `label` is its name and must be given. */
export function IconButton({
  label,
  children,
  className,
  ...rest
}: ComponentProps<'button'> & { label: string; children: ReactNode }) {
  return (
    <button
      type="button"
      {...rest}
      aria-label={label}
      title={label}
      className={cx(
        'inline-flex size-11 shrink-0 items-center justify-center rounded-md text-ink-2 transition-colors duration-100',
        'hover:bg-sunken hover:text-ink disabled:opacity-40 sm:size-8 [&_svg]:size-4',
        className,
      )}
    >
      {children}
    </button>
  )
}
