import { cx } from '@/components/ui/cx'

/** How many approvals are in, of how many: as dots and as words. */
export function ApprovalsIn({
  received,
  required,
  withWords = false,
}: {
  received: number
  required: number
  withWords?: boolean
}) {
  const words = `${received} of ${required} ${required === 1 ? 'approval' : 'approvals'}`
  return (
    <span className="inline-flex items-center gap-1.5 whitespace-nowrap text-ink-2 text-xs" title={words}>
      <span className="flex gap-0.5" aria-hidden>
        {Array.from({ length: Math.min(required, 6) }, (_, i) => (
          <span
            // biome-ignore lint/suspicious/noArrayIndexKey: dots have no identity
            key={i}
            className={cx(
              'size-2 rounded-full border',
              i < received ? 'border-allowed bg-allowed' : 'border-line-strong',
            )}
          />
        ))}
      </span>
      <span className="num" aria-hidden={withWords}>
        {withWords ? null : `${received}/${required}`}
      </span>
      {withWords ? <span>{words}</span> : <span className="sr-only">{words}</span>}
    </span>
  )
}
