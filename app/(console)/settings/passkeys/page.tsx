import type { Metadata } from 'next'
import { PasskeysSettings } from '@/components/passkey/passkeys'

export const metadata: Metadata = { title: 'My passkeys' }

export default function Page() {
  return <PasskeysSettings />
}
