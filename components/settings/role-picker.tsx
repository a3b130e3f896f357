'use client'
import { Plus, X } from 'lucide-react'
import { useList } from '@/components/data/list'
import type { Named } from '@/components/data/me'
import { Button, IconButton } from '@/components/ui/button'
import { Select } from '@/components/ui/select'
import { useRowKeys } from '@/components/ui/use-row-keys'
import { type Role, roles } from '@/lib/access/permission'

export interface Given {
  readonly role: Role
  readonly team_id: string | null
}

const hints: Readonly<Record<Role, string>> = {
  administrator: 'people, settings, agents, rules',
  governor: 'rules, agents, containment; decides too',
  approver: 'decides what agents ask for',
  auditor: 'reads everything, with the log',
  viewer: 'reads what is going on',
}
const everywhere = 'everywhere'

/** Roles, each on the whole organisation or on one team. */
export function RolePicker({ given, onChange }: { given: readonly Given[]; onChange: (given: Given[]) => void }) {
  const teams = useList<Named>('team', 'teams', { limit: 200 }).data?.items ?? []
  const set = (at: number, part: Partial<Given>) =>
    onChange(given.map((one, i) => (i === at ? { ...one, ...part } : one)))
  const rows = useRowKeys(given.length)
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="mb-1.5 font-medium text-sm">Roles</legend>
      {given.map((one, i) => (
        <div key={rows.keys[i]} className="flex items-center gap-2">
          <Select
            className="flex-1"
            label="Role"
            value={one.role}
            onChange={value => set(i, { role: roles.find(each => each === value) ?? 'viewer' })}
            choices={roles.map(value => ({ value, label: value, hint: hints[value] }))}
          />
          <span className="text-ink-3 text-xs">in</span>
          <Select
            className="flex-1"
            label="Where"
            value={one.team_id ?? everywhere}
            onChange={value => set(i, { team_id: value === everywhere ? null : value })}
            choices={[
              { value: everywhere, label: 'the whole organisation' },
              ...teams.map(team => ({ value: team.id, label: team.name })),
            ]}
          />
          <IconButton
            label="Remove this role"
            onClick={() => {
              rows.remove(i)
              onChange(given.filter((_, other) => other !== i))
            }}
          >
            <X aria-hidden />
          </IconButton>
        </div>
      ))}
      <Button
        size="sm"
        look="quiet"
        className="self-start"
        onClick={() => onChange([...given, { role: 'approver', team_id: null }])}
      >
        <Plus aria-hidden /> Another role
      </Button>
    </fieldset>
  )
}
