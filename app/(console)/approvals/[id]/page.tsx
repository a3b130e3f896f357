import type { Metadata } from 'next'
import { DecisionScreen } from '@/components/hold/decision-screen'

export const metadata: Metadata = { title: 'Approval' }

export default async function Page({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params
  return <DecisionScreen key={id} id={id} />
}
