import { ArrowLeft } from 'lucide-react'
import Link from 'next/link'
import type { ReactNode } from 'react'

/** Where this page was come from. */
export function BackLink({ href, children }: { href: string; children: ReactNode }) {
  return (
    <Link href={href} className="inline-flex min-h-6 items-center gap-1.5 text-ink-2 text-sm hover:text-ink">
      <ArrowLeft className="size-4 shrink-0" aria-hidden /> {children}
    </Link>
  )
}
