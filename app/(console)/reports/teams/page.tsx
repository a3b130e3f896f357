import type { Metadata } from 'next'
import { TeamReportPage } from '@/components/report/teams-page'

export const metadata: Metadata = { title: 'Reports of teams' }

export default function Page() {
  return <TeamReportPage />
}
