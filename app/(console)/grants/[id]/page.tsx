import type { Metadata } from 'next'
import { GrantPage } from '@/components/grant/grant-page'

export const metadata: Metadata = { title: 'Standing approval' }

export default async function Page({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params
  return <GrantPage key={id} id={id} />
}
