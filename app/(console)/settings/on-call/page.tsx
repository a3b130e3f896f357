import type { Metadata } from 'next'
import { OnCallPage } from '@/components/on-call/on-call-page'

export const metadata: Metadata = { title: 'On call' }

export default function Page() {
  return <OnCallPage />
}
