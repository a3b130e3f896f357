'use client'
import { Lock } from 'lucide-react'
import type { ReactNode } from 'react'
import { EmptyState } from '@/components/ui/empty-state'
import { SkeletonRows } from '@/components/ui/skeleton'
import { useMe } from './me'

/** What only some roles may see or do: for the others, who can. */
export function Allowed({
  permission,
  title,
  who,
  children,
}: {
  permission: string
  title: string
  who: string
  children: ReactNode
}) {
  const me = useMe().data
  if (!me) return <SkeletonRows />
  if (me.permissions.includes(permission)) return children
  return (
    <div className="rounded-lg border bg-surface">
      <EmptyState icon={Lock} title={title}>
        {who}
      </EmptyState>
    </div>
  )
}
