'use client'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import type { z } from 'zod'
import { call } from '@/components/data/client'
import { keys } from '@/components/data/keys'
import type * as answers from '@/lib/approval-policy/answers'

export type ApprovalPolicyItem = z.output<typeof answers.approvalPolicy>
export type ApprovalPolicyDetail = z.output<typeof answers.approvalPolicyDetail>
export type CheckedPolicy = z.output<typeof answers.checkedPolicy>

const path = '/api/console/approval-policies'

/** Every approval policy in force. */
export function useApprovalPolicies() {
  return useQuery({
    queryKey: keys.list('policy', { approvals: true }),
    queryFn: ({ signal }) => call<{ items: readonly ApprovalPolicyItem[] }>(path, { signal }),
  })
}

/** One with its earlier versions; asked for only once it is opened. */
export function useApprovalPolicy(name: string, enabled: boolean) {
  return useQuery({
    queryKey: keys.part('policy', name, 'approvals'),
    queryFn: ({ signal }) => call<ApprovalPolicyDetail>(`${path}/${name}`, { signal }),
    enabled,
  })
}

/** Who could meet this today; null asks nothing. */
export function useCheck(body: object | null) {
  return useQuery({
    queryKey: keys.list('policy', { check: body }),
    queryFn: ({ signal }) => call<CheckedPolicy>(`${path}/check`, { method: 'POST', body: body ?? {}, signal }),
    enabled: body !== null,
    placeholderData: keepPreviousData,
    retry: false,
  })
}

/** Proposes what one shall say. */
export const propose = (name: string, body: object) =>
  call<{ hold_id: string }>(`${path}/${name}`, { method: 'PUT', body })
