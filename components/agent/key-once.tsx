import { KeyRound } from 'lucide-react'
import { CopyId } from '@/components/ui/copy-id'

/** A key or a secret, the only time it is ever shown. */
export function KeyOnce({ value, what = 'key' }: { value: string; what?: string }) {
  return (
    <div className="rounded-md border border-held-line bg-held-soft px-4 py-3">
      <p className="flex items-center gap-2 font-medium text-held text-sm">
        <KeyRound className="size-4" aria-hidden /> Copy this {what} now. It is never shown again.
      </p>
      <CopyId value={value} className="mt-1.5 w-full rounded-md border bg-surface px-2.5 py-1.5 text-ink! text-sm" />
    </div>
  )
}
