'use client'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import type { z } from 'zod'
import { call } from '@/components/data/client'
import { keys } from '@/components/data/keys'
import { useList } from '@/components/data/list'
import type * as answers from '@/lib/approval-policy/answers'

export type ApprovalPolicyItem = z.output<typeof answers.approvalPolicy>
export type ApprovalPolicyDetail = z.output<typeof answers.approvalPolicyDetail>
export type CheckedPolicy = z.output<typeof answers.checkedPolicy>

const path = '/api/console/approval-policies'

/** Approval policies in force, or those that are retired, page after page. */
export const useApprovalPolicies = (retired: boolean) =>
  useList<ApprovalPolicyItem>('policy', 'approval-policies', { status: retired ? 'retired' : 'in_force' })

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

type Versioned = Pick<ApprovalPolicyItem, 'name' | 'etag'>

/** Lets rules name it no more. */
export const retire = ({ name, etag }: Versioned, reason: string) =>
  call<undefined>(`${path}/${name}/retire`, { method: 'POST', body: { reason }, ifMatch: etag })

/** Lets rules name it again. */
export const restore = ({ name, etag }: Versioned) =>
  call<undefined>(`${path}/${name}/restore`, { method: 'POST', ifMatch: etag })
