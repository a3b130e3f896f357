import { Compass } from 'lucide-react'
import { ButtonLink } from './button'
import { EmptyState } from './empty-state'

/** A page in the place of one that is not there, or not for its reader to see; which of the two is not said. */
export function Missing({ what, children }: { what: string; children: string }) {
  return (
    <div className="mx-auto max-w-2xl rounded-lg border bg-surface">
      <EmptyState
        icon={Compass}
        title={<h1>There is no such {what}</h1>}
        action={
          <>
            <ButtonLink href="/approvals" look="primary">
              Go to approvals
            </ButtonLink>
            <ButtonLink href="/">Home</ButtonLink>
          </>
        }
      >
        {children} The search above (⌘K or Ctrl K) finds things by name or id.
      </EmptyState>
    </div>
  )
}
