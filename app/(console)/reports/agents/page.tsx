import type { Metadata } from 'next'
import { OwnAgentsPage } from '@/components/report/agents-page'

export const metadata: Metadata = { title: 'My agents' }

export default function Page() {
  return <OwnAgentsPage />
}
