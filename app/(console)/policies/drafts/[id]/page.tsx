import type { Metadata } from 'next'
import { DraftPage } from '@/components/policy/draft-page'

export const metadata: Metadata = { title: 'Draft of policy' }

export default async function Page({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params
  return <DraftPage key={id} id={id} />
}
