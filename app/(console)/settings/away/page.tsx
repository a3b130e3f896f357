import type { Metadata } from 'next'
import { AwayPage } from '@/components/on-call/away-page'

export const metadata: Metadata = { title: 'When I am away' }

export default function Page() {
  return <AwayPage />
}
