import type { Metadata } from 'next'
import { TeamsSettings } from '@/components/settings/teams'

export const metadata: Metadata = { title: 'Teams' }

export default function Page() {
  return <TeamsSettings />
}
