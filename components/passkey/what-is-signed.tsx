import { KeyRound } from 'lucide-react'
import { CopyId } from '@/components/ui/copy-id'
import { FactsList } from '@/components/ui/facts-list'

interface Signed {
  readonly hold: string
  readonly digest: string
  readonly me: string
  /** What is signed is what the person has changed it to, not what was asked for. */
  readonly changed?: boolean
}

/** What the person's passkey will sign, in the words and values that are signed. */
export function WhatIsSigned({ hold, digest, me, changed = false }: Signed) {
  return (
    <section aria-label="What you sign" className="flex flex-col gap-2 rounded-md border bg-sunken p-3">
      <p className="flex items-start gap-2 text-sm">
        <KeyRound className="mt-0.5 size-4 shrink-0 text-accent" aria-hidden />
        <span>
          {changed
            ? 'Approving is signing here too: your passkey signs the arguments as you have changed them, not those that were asked for.'
            : 'Of this risk, approving is signing. Your passkey signs exactly this, for five minutes and once:'}
        </span>
      </p>
      <FactsList
        columns={1}
        facts={[
          ['Verdict', 'approve'],
          ['Approval', <CopyId key="hold" value={hold} short />],
          [changed ? 'As changed' : 'What is shown', <CopyId key="digest" value={digest} short />],
          ['By', me],
        ]}
      />
      {!changed && (
        <p className="text-ink-3 text-xs">
          With changes, what you leave of it is signed instead. Rejecting needs no key.
        </p>
      )}
    </section>
  )
}
