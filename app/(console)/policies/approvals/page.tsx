import type { Metadata } from 'next'
import { ApprovalPoliciesPage } from '@/components/approval-policy/approval-policies-page'

export const metadata: Metadata = { title: 'Approval policies' }

export default async function Page({ searchParams }: { searchParams: Promise<{ status?: string }> }) {
  const { status } = await searchParams
  return <ApprovalPoliciesPage retired={status === 'retired'} />
}
