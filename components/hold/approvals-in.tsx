import { cx } from '@/components/ui/cx'
import { InOrder } from '@/components/ui/in-order'

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
        <InOrder
          of={Array.from({ length: Math.min(required, 6) })}
          draw={(_, i) => (
            <span
              className={cx(
                'size-2 rounded-full border',
                i < received ? 'border-allowed bg-allowed' : 'border-line-strong',
              )}
            />
          )}
        />
      </span>
      <span className="num" aria-hidden={withWords}>
        {withWords ? null : `${received}/${required}`}
      </span>
      {withWords ? <span>{words}</span> : <span className="sr-only">{words}</span>}
    </span>
  )
}
