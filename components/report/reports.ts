'use client'
import { useQuery } from '@tanstack/react-query'
import type { z } from 'zod'
import { call, query } from '@/components/data/client'
import { keys } from '@/components/data/keys'
import type * as answers from '@/lib/report/answers'

export type OwnReport = z.output<typeof answers.own>
export type TeamReport = z.output<typeof answers.team>
export type Figures = OwnReport['figures']
export type Naming = z.output<typeof answers.namingState>['naming']
export type OwnAgents = z.output<typeof answers.ownAgents>

export function useOwnReport(days: number) {
  return useQuery({
    queryKey: keys.list('report', { own: days }),
    queryFn: ({ signal }) => call<OwnReport>(`/api/console/reports/own${query({ days })}`, { signal }),
  })
}

export function useTeamReport(days: number, team: string | null) {
  return useQuery({
    queryKey: keys.list('report', { team, days }),
    queryFn: ({ signal }) => call<TeamReport>(`/api/console/reports/team${query({ days, team })}`, { signal }),
  })
}

export function useNaming() {
  return useQuery({
    queryKey: keys.one('report', 'naming'),
    queryFn: ({ signal }) => call<{ naming: Naming }>('/api/console/reports/naming', { signal }),
  })
}

export function useOwnAgents() {
  return useQuery({
    queryKey: keys.list('report', { agents: 'own' }),
    queryFn: ({ signal }) => call<OwnAgents>('/api/console/reports/agents', { signal }),
  })
}

export type CanaryList = z.output<typeof answers.canaryList>

export function useCanaries() {
  return useQuery({
    queryKey: keys.list('report', { canaries: 'all' }),
    queryFn: ({ signal }) => call<CanaryList>('/api/console/reports/canaries', { signal }),
  })
}
