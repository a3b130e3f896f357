import type { Metadata } from 'next'
import { SchedulePage } from '@/components/on-call/schedule-page'

export const metadata: Metadata = { title: 'On call' }

export default async function Page({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params
  return <SchedulePage key={id} id={id} />
}
