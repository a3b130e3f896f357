'use client'
import { createContext, type ReactNode, useContext, useState } from 'react'
import type { Level } from '@/lib/containment/containment'
import type { Target } from './containments'
import { StopDialog } from './stop-dialog'

interface Asked {
  readonly target: Target
  readonly level: Level
}

const Stop = createContext<(asked?: Partial<Asked>) => void>(() => undefined)

/** Opens the kill switch from anywhere, aimed at something or at nothing yet. */
export function useStop(): (asked?: Partial<Asked>) => void {
  return useContext(Stop)
}

export function StopProvider({ children }: { children: ReactNode }) {
  const [asked, setAsked] = useState<Asked | null>(null)
  return (
    <Stop.Provider value={next => setAsked({ target: { type: 'organisation' }, level: 'paused', ...next })}>
      {children}
      {asked && <StopDialog {...asked} onClose={() => setAsked(null)} />}
    </Stop.Provider>
  )
}
