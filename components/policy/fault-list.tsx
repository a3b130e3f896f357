import { CircleAlert, CircleCheck, TriangleAlert } from 'lucide-react'
import type { PolicyCheck } from './drafts'

/** What a check found, each a press away from its place. */
export function FaultList({
  check,
  onGo,
}: {
  check: PolicyCheck | null
  onGo: (line: number, column: number) => void
}) {
  if (!check) return null
  if (check.faults.length === 0)
    return (
      <p className="flex items-center gap-2 text-allowed text-sm" role="status">
        <CircleCheck className="size-4" aria-hidden /> No errors in {check.rules} rules.
      </p>
    )
  return (
    <ul aria-label="What is wrong" className="flex flex-col gap-1 text-sm">
      {check.faults.slice(0, 50).map(fault => {
        const Icon = fault.severity === 'error' ? CircleAlert : TriangleAlert
        return (
          <li key={`${fault.line}:${fault.column}:${fault.message}`}>
            <button
              type="button"
              onClick={() => onGo(fault.line, fault.column)}
              className={`flex min-h-6 w-full items-start gap-2 rounded-sm px-1 text-left hover:bg-sunken ${fault.severity === 'error' ? 'text-denied' : 'text-held'}`}
            >
              <Icon className="mt-0.5 size-4 shrink-0" aria-hidden />
              <span className="num shrink-0">
                {fault.severity === 'error' ? 'Error' : 'Warning'}, line {fault.line}:
              </span>
              <span className="min-w-0 [overflow-wrap:anywhere]">{fault.message}</span>
            </button>
          </li>
        )
      })}
    </ul>
  )
}
