import type { ReactNode } from 'react'
import { Mark } from '@/components/shell/mark'

export default function EntryLayout({ children }: { children: ReactNode }) {
  return (
    <main className="mx-auto flex min-h-dvh w-full max-w-lg flex-col gap-6 px-5 py-12 sm:py-20">
      <p className="flex items-center gap-2.5 font-semibold text-lg tracking-tight">
        <Mark className="size-6" /> Holdpoint
      </p>
      {children}
    </main>
  )
}
