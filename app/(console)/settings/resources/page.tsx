import type { Metadata } from 'next'
import { ResourcesSettings } from '@/components/settings/resources'

export const metadata: Metadata = { title: 'Resource patterns' }

export default function Page() {
  return <ResourcesSettings />
}
