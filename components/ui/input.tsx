import type { ComponentProps } from 'react'
import { cx } from './cx'

const base =
  'w-full rounded-md border border-line-strong bg-surface text-ink placeholder:text-ink-3 disabled:opacity-60 ' +
  'aria-invalid:border-denied focus-visible:outline-offset-0'

/** One line of text. 16 px on phones, so that nothing zooms, and as high as a thumb. */
export function Input({ className, ...rest }: ComponentProps<'input'>) {
  return <input {...rest} className={cx(base, 'h-11 px-2.5 text-lg sm:h-8 sm:text-sm', className)} />
}

/** Several lines of text. */
export function Textarea({ className, rows = 3, ...rest }: ComponentProps<'textarea'>) {
  return <textarea {...rest} rows={rows} className={cx(base, 'resize-y px-2.5 py-1.5 text-lg sm:text-sm', className)} />
}
