import { ButtonLink } from '@/components/ui/button'
import { EmptyState } from '@/components/ui/empty-state'

export default function NotFound() {
  return (
    <main className="pt-24">
      <EmptyState
        title="There is no such page"
        action={
          <ButtonLink href="/approvals" look="primary">
            Go to approvals
          </ButtonLink>
        }
      >
        It may have moved, or it is not for you to see.
      </EmptyState>
    </main>
  )
}
