'use client'
import { X } from 'lucide-react'
import type { Named } from '@/components/data/me'
import { IconButton } from '@/components/ui/button'
import { Select } from '@/components/ui/select'
import { roles } from '@/lib/access/permission'
import { type AskedDraft, relations } from './policy-draft'

export interface Picked {
  readonly teams: readonly Named[]
  readonly people: readonly Named[]
}

const choices = (named: readonly Named[]) => named.map(one => ({ value: one.id, label: one.name }))

/** Whom a place asks: a relation, and which team, role or person where it needs one. */
export function AskedField({
  asked,
  name,
  picked: { teams, people },
  onChange,
  onRemove,
}: {
  asked: AskedDraft
  /** What screen readers call the group. */
  name: string
  picked: Picked
  onChange: (asked: AskedDraft) => void
  onRemove: (() => void) | undefined
}) {
  return (
    <div className="flex min-w-0 flex-1 items-start gap-2">
      <div className="flex min-w-0 flex-1 flex-wrap items-center gap-2">
        <Select
          label={`${name}: who`}
          className="min-w-0 flex-1 basis-40"
          value={asked.relation}
          onChange={relation => onChange({ ...asked, relation })}
          choices={relations}
        />
        {asked.relation === 'role' && (
          <Select
            label={`${name}: role`}
            className="flex-1 basis-32"
            value={asked.role}
            onChange={role => onChange({ ...asked, role })}
            choices={roles.map(value => ({ value, label: value }))}
          />
        )}
        {(asked.relation === 'team_approvers' || asked.relation === 'role') && (
          <Select
            label={`${name}: team`}
            className="flex-1 basis-40"
            value={asked.team || (asked.relation === 'role' ? 'any' : '')}
            placeholder="Choose a team"
            onChange={team => onChange({ ...asked, team: team === 'any' ? '' : team })}
            choices={[
              ...(asked.relation === 'role' ? [{ value: 'any', label: 'the whole organisation' }] : []),
              ...choices(teams),
            ]}
          />
        )}
        {asked.relation === 'person' && (
          <Select
            label={`${name}: person`}
            className="flex-1 basis-40"
            value={asked.person}
            placeholder="Choose a person"
            onChange={person => onChange({ ...asked, person })}
            choices={choices(people)}
          />
        )}
      </div>
      {onRemove && (
        <IconButton label={`${name}: not these`} onClick={onRemove}>
          <X aria-hidden />
        </IconButton>
      )}
    </div>
  )
}
