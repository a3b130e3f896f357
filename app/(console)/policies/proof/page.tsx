import type { Metadata } from 'next'
import { ProofPage } from '@/components/policy/proof-page'

export const metadata: Metadata = { title: 'Proof of a policy' }

export default async function Page({ searchParams }: { searchParams: Promise<{ draft?: string }> }) {
  const { draft } = await searchParams
  return <ProofPage draft={draft} />
}
