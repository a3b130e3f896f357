import type { Metadata } from 'next'
import { ApplicationsSettings } from '@/components/settings/applications'

export const metadata: Metadata = { title: 'Applications' }

export default function Page() {
  return <ApplicationsSettings />
}
