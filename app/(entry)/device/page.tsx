import type { Metadata } from 'next'
import { DevicePage } from '@/components/person/device-page'

export const metadata: Metadata = { title: 'Let a command line in' }

export default function Page() {
  return <DevicePage />
}
