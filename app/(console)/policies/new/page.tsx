import type { Metadata } from 'next'
import { TemplatePage } from '@/components/policy/template-page'

export const metadata: Metadata = { title: 'New rule' }

export default async function Page({ searchParams }: { searchParams: Promise<{ draft?: string }> }) {
  const { draft } = await searchParams
  return <TemplatePage into={draft ?? null} />
}
