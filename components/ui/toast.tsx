'use client'
import { Toaster as Sonner, toast as sonner } from 'sonner'

/** Once, in the root: where short confirmations appear. */
export function Toaster() {
  return (
    <Sonner
      position="bottom-right"
      duration={5_000}
      offset={24}
      mobileOffset={{ bottom: 84 }}
      toastOptions={{
        unstyled: true,
        classNames: {
          toast:
            'flex w-full items-center gap-3 rounded-lg border bg-raised px-4 py-3 text-sm text-ink shadow-float font-sans!',
          title: 'font-medium',
          description: 'text-ink-2',
          actionButton: 'ml-auto shrink-0 rounded-md px-2 py-1 font-medium text-accent hover:bg-sunken',
        },
      }}
    />
  )
}

/** Says that something happened (or did not). Never the only place where it is said. */
export function toast(
  title: string,
  more?: { description?: string; action?: { label: string; onClick: () => void } },
): void {
  sonner(title, more)
}
