import type { Metadata } from 'next'
import { CanariesPage } from '@/components/report/canaries-page'

export const metadata: Metadata = { title: 'Test requests' }

export default function Page() {
  return <CanariesPage />
}
