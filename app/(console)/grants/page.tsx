import type { Metadata } from 'next'
import { GrantsPage } from '@/components/grant/grants-page'

export const metadata: Metadata = { title: 'Standing approvals' }

export default async function Page({ searchParams }: { searchParams: Promise<{ like?: string }> }) {
  const { like } = await searchParams
  return <GrantsPage like={like ?? null} />
}
