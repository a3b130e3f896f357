import type { Metadata } from 'next'
import { GrantsPage } from '@/components/grant/grants-page'

export const metadata: Metadata = { title: 'Standing approvals' }

export default function Page() {
  return <GrantsPage />
}
