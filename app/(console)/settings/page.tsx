import type { Metadata } from 'next'
import { OrganisationSettings } from '@/components/settings/organisation'

export const metadata: Metadata = { title: 'Settings' }

export default function Page() {
  return <OrganisationSettings />
}
