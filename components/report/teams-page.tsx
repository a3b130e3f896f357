'use client'
import { useState } from 'react'
import { Answer } from '@/components/data/answer'
import { Select } from '@/components/ui/select'
import { FiguresView } from './figures-view'
import { NamingControl } from './naming-control'
import { Canaries } from './own-page'
import { PeopleTable } from './people-table'
import { useTeamReport } from './reports'
import { DaysChoice, ReportsFrame } from './reports-frame'

/** How the teams decide that this person leads. */
export function TeamReportPage() {
  const [days, setDays] = useState(30)
  const [team, setTeam] = useState<string | null>(null)
  const report = useTeamReport(days, team)
  return (
    <ReportsFrame about="How the teams that you lead decide. Figures of fewer than three people are left out; nobody is named unless an administrator lets reports do so.">
      <Answer query={report}>
        {found => (
          <>
            <div className="flex flex-wrap items-center gap-2">
              <DaysChoice days={days} onChange={setDays} />
              <Select
                label="Team"
                value={team ?? 'all'}
                onChange={value => setTeam(value === 'all' ? null : value)}
                choices={[
                  { value: 'all', label: 'All my teams' },
                  ...found.teams.map(one => ({ value: one.id, label: one.name })),
                ]}
                className="w-44"
              />
              <div className="ml-auto">
                <NamingControl naming={found.naming} />
              </div>
            </div>
            {found.hurries > 0 && (
              <p className="text-held text-sm">
                More than twenty approvals within a minute by one person: {found.hurries}.
              </p>
            )}
            {found.canaries && <Canaries {...found.canaries} who="people" />}
            <FiguresView
              figures={found.figures}
              name="teams"
              small={found.figures.people > 0 && found.figures.load === null}
            />
            {found.people && <PeopleTable people={found.people} />}
            {found.more && (
              <p className="text-ink-2 text-sm">There were more approvals than are counted: these are the newest.</p>
            )}
          </>
        )}
      </Answer>
    </ReportsFrame>
  )
}
