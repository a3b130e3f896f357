'use client'
import { Plus, Trash2 } from 'lucide-react'
import { Button, IconButton } from '@/components/ui/button'
import { Input } from '@/components/ui/input'
import { AskedField, type Picked } from './asked-field'
import { type AskedDraft, emptyAsked, type GroupDraft } from './policy-draft'

/** So many people, each one of these. */
export function GroupField({
  group,
  name,
  picked,
  onChange,
  onRemove,
}: {
  group: GroupDraft
  /** What screen readers call it. */
  name: string
  picked: Picked
  onChange: (group: GroupDraft) => void
  onRemove: (() => void) | undefined
}) {
  const { who } = group
  const change = (n: number, to: AskedDraft | null) =>
    onChange({ ...group, who: who.flatMap((one, m) => (m === n ? (to ?? []) : one)) })
  return (
    <li className="flex items-start gap-2">
      <div className="flex h-11 items-center gap-2 sm:h-8">
        <Input
          aria-label={`${name}: how many people`}
          inputMode="numeric"
          className="max-w-14 text-center"
          value={group.approvals}
          onChange={event => onChange({ ...group, approvals: event.target.value })}
        />
        <span className="text-ink-3 text-sm">of</span>
      </div>
      <div className="flex min-w-0 flex-1 flex-col items-start gap-2">
        {who.map((asked, n) => (
          <div key={asked.key} className="flex w-full min-w-0 flex-col gap-1 sm:flex-row sm:items-center sm:gap-2">
            {n > 0 && <span className="text-ink-3 text-sm">or</span>}
            <AskedField
              asked={asked}
              name={n === 0 ? name : `${name}, or ${n + 1}`}
              picked={picked}
              onChange={to => change(n, to)}
              onRemove={who.length > 1 ? () => change(n, null) : undefined}
            />
          </div>
        ))}
        {who.length < 10 && (
          <Button size="sm" look="quiet" onClick={() => onChange({ ...group, who: [...who, emptyAsked()] })}>
            <Plus aria-hidden /> or others<span className="sr-only"> for {name}</span>
          </Button>
        )}
      </div>
      {onRemove && (
        <IconButton label={`Remove ${name}`} onClick={onRemove}>
          <Trash2 aria-hidden />
        </IconButton>
      )}
    </li>
  )
}
