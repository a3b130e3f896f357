import type { Metadata } from 'next'
import { EscalationPage } from '@/components/escalation/escalation-page'

export const metadata: Metadata = { title: 'Escalation' }

export default function Page() {
  return <EscalationPage />
}
