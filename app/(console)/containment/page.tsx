import type { Metadata } from 'next'
import { ContainmentPage } from '@/components/containment/containment-page'

export const metadata: Metadata = { title: 'Containment' }

export default function Page() {
  return <ContainmentPage />
}
