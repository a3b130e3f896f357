'use client'
import Link from 'next/link'
import { RelativeTime } from '@/components/ui/relative-time'
import { Section } from '@/components/ui/section'
import { type DraftItem, useDrafts } from './drafts'

const words: Record<DraftItem['status'], string> = {
  draft: 'being written',
  proposed: 'waits for a second person',
  published: 'published',
}

/** Policies that people are writing. */
export function DraftList() {
  const drafts = useDrafts()
  const items = drafts.data?.items ?? []
  if (items.length === 0) return null
  return (
    <Section title="Drafts">
      <ul className="divide-y">
        {items.map(one => (
          <li key={one.id} className="flex flex-wrap items-center gap-x-4 gap-y-1 px-4 py-2.5 text-sm">
            <Link
              href={`/policies/drafts/${one.id}`}
              className="min-w-0 flex-1 basis-60 font-medium underline underline-offset-2 [overflow-wrap:anywhere]"
            >
              {one.title}
            </Link>
            <span className="text-ink-2 text-xs">
              {words[one.status]}, from version {one.based_on}, by {one.updated_by.name ?? one.updated_by.id}
            </span>
            <RelativeTime at={one.updated_at} className="w-24 text-right text-ink-3 text-xs" />
          </li>
        ))}
      </ul>
    </Section>
  )
}
