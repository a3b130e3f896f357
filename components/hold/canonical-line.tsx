import { Fragment } from 'react'
import { canonicalReading } from '@/lib/hold/canonical-reading'
import type { Meaning } from '@/lib/tool/tool'

/** Under a value as it was sent: how it reads in the one form that nobody mistakes, or that there is none. Ours, not the agent's. */
export function CanonicalLine({ value, meaning }: { value: unknown; meaning?: Meaning }) {
  const found = canonicalReading(value, meaning)
  if (found === null) return null
  const { readings, doubt } = found
  const forms = readings.map((one, i) => (
    <Fragment key={one}>
      {i > 0 && ' or '}
      <code className="inline-block max-w-full font-mono [overflow-wrap:anywhere]">{one}</code>
    </Fragment>
  ))
  if (doubt === null) return <p className="mt-0.5 text-ink-2 text-xs">That is {forms}</p>
  return (
    <p className="mt-0.5 text-held text-xs">
      {readings.length === 0 ? (
        <>No canonical reading, {doubt}: take it exactly as written</>
      ) : (
        <>
          Ambiguous, {doubt}: {forms}
        </>
      )}
    </p>
  )
}
