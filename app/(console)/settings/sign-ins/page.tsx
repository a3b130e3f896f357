import type { Metadata } from 'next'
import { SignInsSettings } from '@/components/settings/sign-ins'

export const metadata: Metadata = { title: 'My sign-ins' }

export default function Page() {
  return <SignInsSettings />
}
