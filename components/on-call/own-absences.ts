'use client'
import { useQuery } from '@tanstack/react-query'
import type { z } from 'zod'
import { call } from '@/components/data/client'
import { keys } from '@/components/data/keys'
import type { ownAbsences } from '@/lib/on-call/answers'

type OwnAbsences = z.output<typeof ownAbsences>
export type StandInItem = OwnAbsences['stand_ins'][number]
/** One time of being away, as it comes over the wire. */
export type OwnAbsence = Omit<OwnAbsences['mine'][number], 'from' | 'until'> & {
  readonly from: string
  readonly until: string
}
interface Own {
  readonly mine: readonly OwnAbsence[]
  readonly named_by: readonly OwnAbsence[]
  readonly stand_ins: readonly StandInItem[]
}

/** When I am away, who has named me, and whom I may name. */
export function useOwnAbsences() {
  return useQuery({
    queryKey: keys.one('on_call', 'own'),
    queryFn: ({ signal }) => call<Own>('/api/console/on-call/absences/own', { signal }),
    // What is over leaves by itself.
    refetchInterval: 60_000,
  })
}
