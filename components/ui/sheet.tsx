'use client'
import { X } from 'lucide-react'
import { Dialog as Radix } from 'radix-ui'
import type { ReactNode } from 'react'
import { IconButton } from './button'
import { cx } from './cx'

interface SheetProps {
  readonly open: boolean
  readonly onOpenChange: (open: boolean) => void
  readonly title: ReactNode
  readonly description?: string
  readonly side?: 'right' | 'bottom'
  readonly children: ReactNode
}

/** A panel from the right (details beside a list) or from the bottom (verbs on a phone). */
export function Sheet({ open, onOpenChange, title, description, side = 'right', children }: SheetProps) {
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 animate-appear bg-scrim" />
        <Radix.Content
          {...(description ? {} : { 'aria-describedby': undefined })}
          className={cx(
            'fixed z-50 flex flex-col bg-raised shadow-float outline-none',
            side === 'right'
              ? 'inset-y-0 right-0 w-full max-w-[480px] animate-appear border-l'
              : 'inset-x-0 bottom-0 max-h-[88dvh] animate-slide rounded-t-lg border-t pb-[env(safe-area-inset-bottom)]',
          )}
        >
          <header className="flex items-center gap-3 border-b px-4 py-3">
            <div className="min-w-0 flex-1">
              <Radix.Title className="line-clamp-3 font-semibold text-lg [overflow-wrap:anywhere]">{title}</Radix.Title>
              {description && <Radix.Description className="text-ink-2 text-sm">{description}</Radix.Description>}
            </div>
            <Radix.Close asChild>
              <IconButton label="Close">
                <X aria-hidden />
              </IconButton>
            </Radix.Close>
          </header>
          <div className="min-h-0 flex-1 overflow-y-auto p-4">{children}</div>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}
