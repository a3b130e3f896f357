import type { Metadata } from 'next'
import { OwnReportPage } from '@/components/report/own-page'

export const metadata: Metadata = { title: 'Reports' }

export default function Page() {
  return <OwnReportPage />
}
