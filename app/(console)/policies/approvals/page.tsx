import type { Metadata } from 'next'
import { ApprovalPoliciesPage } from '@/components/approval-policy/approval-policies-page'

export const metadata: Metadata = { title: 'Approval policies' }

export default function Page() {
  return <ApprovalPoliciesPage />
}
