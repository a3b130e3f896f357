'use client'
import { Plus, UsersRound } from 'lucide-react'
import { useState } from 'react'
import { List } from '@/components/data/list'
import { useMay } from '@/components/data/me'
import { Button, ButtonLink } from '@/components/ui/button'
import { EmptyState } from '@/components/ui/empty-state'
import { PageHeader } from '@/components/ui/page-header'
import { ViewTabs } from '@/components/ui/view-tabs'
import { type ApprovalPolicyItem, useApprovalPolicies } from './approval-policies'
import { PolicyCard } from './policy-card'
import { PolicyDialog } from './policy-dialog'

const path = '/policies/approvals'

/** Who must agree, by names that rules give. @param retired those that rules may name no more */
export function ApprovalPoliciesPage({ retired }: { retired: boolean }) {
  const may = useMay('policy.propose')
  const policies = useApprovalPolicies(retired)
  const [open, setOpen] = useState<ApprovalPolicyItem | 'new' | null>(null)
  return (
    <div className="mx-auto flex max-w-5xl flex-col gap-4">
      <PageHeader
        title="Approval policies"
        about="Who must agree, in which order. A rule names one, and what it holds waits for exactly these people."
        actions={
          <>
            <ButtonLink href="/policies">Rules</ButtonLink>
            {may && (
              <Button look="primary" onClick={() => setOpen('new')}>
                <Plus aria-hidden /> Add one
              </Button>
            )}
          </>
        }
      />
      <div className="border-b">
        <ViewTabs
          label="Approval policies"
          views={[
            { href: path, label: 'In force', here: !retired },
            { href: `${path}?status=retired`, label: 'Retired', here: retired },
          ]}
        />
      </div>
      <List
        list={policies}
        empty={
          retired ? (
            <EmptyState icon={UsersRound} title="None is retired">
              Rules may name every approval policy that there is.
            </EmptyState>
          ) : (
            <EmptyState icon={UsersRound} title="No approval policy yet">
              Rules ask so many approvers of the owning team. An approval policy asks several groups, in stages.
            </EmptyState>
          )
        }
      >
        {found => (
          <ul className="flex flex-col gap-3">
            {found.map(policy => (
              <PolicyCard key={policy.name} policy={policy} onChange={may ? () => setOpen(policy) : undefined} />
            ))}
          </ul>
        )}
      </List>
      {open && <PolicyDialog before={open === 'new' ? null : open} onClose={() => setOpen(null)} />}
    </div>
  )
}
