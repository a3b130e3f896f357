'use client'
import { useQuery } from '@tanstack/react-query'
import type { z } from 'zod'
import { call } from '@/components/data/client'
import { keys } from '@/components/data/keys'
import type { WeekItem } from '@/components/settings/week-fields'
import type * as contract from '@/lib/escalation/contract'

export type PolicyItem = z.output<typeof contract.shownPolicy>
export type LevelItem = PolicyItem['levels'][number]
type Policies = z.output<typeof contract.shownPolicies>
export type HoldEscalationItem = z.output<typeof contract.holdEscalation>
export type Preview = z.output<typeof contract.previewAnswer>
export type ForeseenStep = Preview['steps'][number]
type Body = z.output<typeof contract.policyBody>
/** A policy as it is being written: its hours may still be wrong. */
export type PolicyDraft = Omit<Body, 'calendar'> & { readonly calendar: WeekItem | null }
export type LevelDraft = PolicyDraft['levels'][number]
export type TargetDraft = LevelDraft['who'][number]

const path = '/api/console/escalation'

export function usePolicies() {
  return useQuery({
    queryKey: keys.list('escalation'),
    queryFn: ({ signal }) => call<Policies>(path, { signal }),
  })
}

export function useHoldEscalation(hold: string) {
  return useQuery({
    queryKey: keys.part('hold', hold, 'escalation'),
    queryFn: ({ signal }) => call<HoldEscalationItem>(`/api/console/holds/${hold}/escalation`, { signal }),
  })
}

export const savePolicy = (was: PolicyItem | null, body: PolicyDraft) =>
  was?.id
    ? call<PolicyItem>(`${path}/${was.id}`, { method: 'PUT', body, ifMatch: was.etag ?? '' })
    : call<PolicyItem>(path, { method: 'POST', body })

export const dropPolicy = (id: string) => call(`${path}/${id}`, { method: 'DELETE' })

export const previewPolicy = (body: Omit<z.input<typeof contract.previewBody>, 'policy'> & { policy: PolicyDraft }) =>
  call<Preview>(`${path}/preview`, { method: 'POST', body })

/** What a policy said, as it is said again. */
export const draftOf = ({ name, team_id, min_risk, calendar, reminders, levels }: PolicyItem): PolicyDraft => ({
  name,
  team_id,
  min_risk,
  calendar,
  reminders,
  levels: levels.map(({ labels: _, ...level }) => level),
})
