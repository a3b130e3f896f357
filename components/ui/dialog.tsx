'use client'
import { X } from 'lucide-react'
import { Dialog as Radix } from 'radix-ui'
import type { ReactNode } from 'react'
import { IconButton } from './button'
import { cx } from './cx'

interface DialogProps {
  readonly open: boolean
  readonly onOpenChange: (open: boolean) => void
  readonly title: string
  readonly description?: ReactNode
  readonly children: ReactNode
  readonly footer?: ReactNode
  readonly wide?: boolean
}

/** A dialog over a dialog would start at its cross; a field marked `data-first` comes before that. */
function focusFirst(event: Event): void {
  const field = event.currentTarget instanceof HTMLElement && event.currentTarget.querySelector('[data-first]')
  if (!(field instanceof HTMLElement)) return
  event.preventDefault()
  field.focus()
}

/** A modal question. On phones it rises from the bottom edge and scrolls inside itself. */
export function Dialog({ open, onOpenChange, title, description, children, footer, wide = false }: DialogProps) {
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 animate-appear bg-scrim" />
        <Radix.Content
          {...(description ? {} : { 'aria-describedby': undefined })}
          onOpenAutoFocus={focusFirst}
          className={cx(
            'group/dialog fixed z-50 flex max-h-[92dvh] flex-col border bg-raised shadow-float outline-none',
            'inset-x-0 bottom-0 animate-slide rounded-t-lg',
            'sm:inset-x-auto sm:top-[7vh] sm:bottom-auto sm:left-1/2 sm:max-h-[86vh] sm:w-[calc(100vw-48px)] sm:-translate-x-1/2 sm:animate-appear sm:rounded-lg',
            wide ? 'sm:max-w-[760px]' : 'sm:max-w-[520px]',
          )}
        >
          <header className="flex items-start gap-3 border-b px-5 py-3.5">
            <div className="min-w-0 flex-1">
              <Radix.Title className="font-semibold text-lg">{title}</Radix.Title>
              {description && (
                <Radix.Description className="mt-0.5 text-ink-2 text-sm">{description}</Radix.Description>
              )}
            </div>
            <Radix.Close asChild>
              <IconButton label="Close">
                <X aria-hidden />
              </IconButton>
            </Radix.Close>
          </header>
          {/* A question that needs no answer but its verb has no field, and so no room for any. */}
          <div className="min-h-0 flex-1 overflow-y-auto px-5 py-4 has-[>form:only-child:empty]:hidden">{children}</div>
          {footer && (
            <footer className="flex flex-wrap items-center justify-end gap-2 border-t px-5 py-3 group-has-[form:only-child:empty]/dialog:border-t-0">
              {footer}
            </footer>
          )}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}
