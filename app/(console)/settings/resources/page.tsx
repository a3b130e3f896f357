import type { Metadata } from 'next'
import { ResourcesSettings } from '@/components/settings/resources'
import { SourcesSettings } from '@/components/settings/sources'

export const metadata: Metadata = { title: 'Resource patterns' }

export default function Page() {
  return (
    <div className="flex flex-col gap-8">
      <ResourcesSettings />
      <SourcesSettings />
    </div>
  )
}
