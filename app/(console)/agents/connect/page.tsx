import type { Metadata } from 'next'
import { ConnectPage } from '@/components/agent/connect-page'

export const metadata: Metadata = { title: 'Connect an agent' }

export default function Page() {
  return <ConnectPage />
}
