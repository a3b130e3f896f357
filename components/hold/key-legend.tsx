import { Fragment } from 'react'
import { Kbd } from '@/components/ui/kbd'

export const queueKeys: readonly (readonly [keys: readonly string[], does: string])[] = [
  [['j', 'k'], 'move'],
  [['↵'], 'open'],
  [['a'], 'approve'],
  [['r'], 'reject'],
  [['e'], 'edit'],
  [['?'], 'ask'],
  [['x'], 'select'],
  [['/'], 'search'],
  [['esc'], 'back'],
]

export const decisionKeys: typeof queueKeys = [
  [['a', '↵'], 'approve'],
  [['r'], 'reject'],
  [['e'], 'edit'],
  [['?'], 'ask'],
  [['esc'], 'back'],
]

/** The cheat sheet, always in view where there is a keyboard. */
export function KeyLegend({ keys = queueKeys }: { keys?: typeof queueKeys }) {
  return (
    <p className="hidden flex-wrap items-center gap-x-3 gap-y-1 text-ink-3 text-xs pointer-fine:flex">
      <span className="sr-only">Keyboard:</span>
      {keys.map(([names, does]) => (
        <span key={does} className="inline-flex items-center gap-1">
          {names.map(name => (
            <Fragment key={name}>
              <Kbd>{name}</Kbd>
            </Fragment>
          ))}
          {does}
        </span>
      ))}
    </p>
  )
}
