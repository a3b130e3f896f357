import Link from 'next/link'
import type { ReactNode } from 'react'

/** What was asked for waits for somebody else: says so, and where. @param children instead of the plain sentence */
export function SecondPerson({
  hold,
  children = 'A second person must agree.',
}: {
  readonly hold: string
  readonly children?: ReactNode
}) {
  return (
    <p role="status" className="text-sm">
      {children}{' '}
      <Link href={`/approvals/${hold}`} className="font-medium text-accent underline underline-offset-2">
        See the approval
      </Link>
    </p>
  )
}
