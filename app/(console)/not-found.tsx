import { Compass } from 'lucide-react'
import { ButtonLink } from '@/components/ui/button'
import { EmptyState } from '@/components/ui/empty-state'

export default function NotFound() {
  return (
    <div className="mx-auto max-w-2xl rounded-lg border bg-surface">
      <EmptyState
        icon={Compass}
        title={<h1>There is no such page</h1>}
        action={
          <>
            <ButtonLink href="/approvals" look="primary">
              Go to approvals
            </ButtonLink>
            <ButtonLink href="/">Home</ButtonLink>
          </>
        }
      >
        The address may be mistyped, or the page has moved. To find something by its name or id, press ⌘K or Ctrl K.
      </EmptyState>
    </div>
  )
}
