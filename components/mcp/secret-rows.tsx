'use client'
import { Plus, X } from 'lucide-react'
import { Button, IconButton } from '@/components/ui/button'
import { Input } from '@/components/ui/input'
import { useRowKeys } from '@/components/ui/use-row-keys'

/** A header or a variable as it is written down; `kept` ones stay as they are, and are never shown. */
export interface SecretRow {
  readonly name: string
  readonly value: string
  readonly kept?: boolean
}

/** Rows as the record that is sent. */
export const recordOf = (rows: readonly SecretRow[]): Record<string, string> =>
  Object.fromEntries(rows.filter(row => !row.kept && row.name.trim() !== '').map(row => [row.name.trim(), row.value]))

export const rowsOf = (record: Readonly<Record<string, string>>): SecretRow[] =>
  Object.entries(record).map(([name, value]) => ({ name, value }))

/** What a server is shown beside a call: its headers, or its variables. Values are typed once and sealed. */
export function SecretRows({
  what,
  rows,
  onChange,
  error,
}: {
  what: 'header' | 'variable'
  rows: readonly SecretRow[]
  onChange: (rows: readonly SecretRow[]) => void
  error?: string
}) {
  const set = (at: number, part: Partial<SecretRow>) =>
    onChange(rows.map((row, each) => (each === at ? { ...row, ...part } : row)))
  const { keys, remove } = useRowKeys(rows.length)
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="mb-1.5 font-medium text-sm">
        {what === 'header' ? 'Headers' : 'Variables'} <span className="font-normal text-ink-3">(optional)</span>
      </legend>
      <p className="-mt-2 text-ink-3 text-xs">
        {what === 'header' ? 'For example Authorization.' : 'For example an API token.'} Values are sealed, and shown to
        nobody again.
      </p>
      {rows.map((row, at) => (
        <div key={keys[at]} className="flex items-center gap-2">
          <Input
            aria-label={`Name of ${what} ${at + 1}`}
            className="max-w-44 font-mono"
            placeholder={what === 'header' ? 'Authorization' : 'API_TOKEN'}
            value={row.name}
            disabled={row.kept}
            onChange={event => set(at, { name: event.target.value })}
          />
          <Input
            aria-label={`Value of ${what} ${at + 1}`}
            className="min-w-0 flex-1 font-mono"
            type="password"
            autoComplete="off"
            placeholder={row.kept ? 'set; stays as it is' : ''}
            value={row.value}
            disabled={row.kept}
            onChange={event => set(at, { value: event.target.value })}
          />
          <IconButton
            label={`Take ${what} ${at + 1} away`}
            onClick={() => {
              remove(at)
              onChange(rows.filter((_, each) => each !== at))
            }}
          >
            <X aria-hidden />
          </IconButton>
        </div>
      ))}
      {error && <p className="text-denied text-xs">{error}</p>}
      <Button
        size="sm"
        look="quiet"
        className="self-start"
        onClick={() => onChange([...rows, { name: '', value: '' }])}
      >
        <Plus aria-hidden /> Add a {what}
      </Button>
    </fieldset>
  )
}
