import type { Metadata } from 'next'
import { AgentsPage } from '@/components/agent/agents-page'

export const metadata: Metadata = { title: 'Agents & identities' }

export default function Page() {
  return <AgentsPage />
}
