'use client'
import { Tabs as Radix } from 'radix-ui'
import type { ReactNode } from 'react'

export interface Tab {
  readonly value: string
  readonly label: string
  readonly count?: number
}

interface TabsProps {
  readonly value: string
  readonly onChange: (value: string) => void
  readonly tabs: readonly Tab[]
  readonly label: string
  readonly children?: ReactNode
}

/** Views of one thing. The state belongs to the caller (usually to the URL). */
export function Tabs({ value, onChange, tabs, label, children }: TabsProps) {
  return (
    <Radix.Root value={value} onValueChange={onChange}>
      <Radix.List aria-label={label} className="-mb-px flex gap-1 overflow-x-auto border-b">
        {tabs.map(tab => (
          <Radix.Trigger
            key={tab.value}
            value={tab.value}
            className="flex h-11 shrink-0 items-center gap-1.5 border-transparent border-b-2 px-2.5 text-ink-2 text-sm transition-colors duration-100 hover:text-ink focus-visible:-outline-offset-2 data-[state=active]:border-accent data-[state=active]:font-medium data-[state=active]:text-ink sm:h-9"
          >
            {tab.label}
            {tab.count !== undefined && <span className="num text-ink-3 text-xs">{tab.count}</span>}
          </Radix.Trigger>
        ))}
      </Radix.List>
      {children}
    </Radix.Root>
  )
}

export const TabPanel = Radix.Content
