'use client'
import Link from 'next/link'
import { useMay } from '@/components/data/me'
import { Td, Th, Tr } from '@/components/ui/table'
import type { Readiness } from './enforcement'
import { HourBars } from './hour-bars'

const many = (count: number) => count.toLocaleString('en')

function Ranked({
  title,
  rows,
}: {
  title: string
  rows: readonly { readonly key: string; readonly name: string; readonly held: number; readonly denied: number }[]
}) {
  if (rows.length === 0) return null
  return (
    <table className="w-full border-collapse text-sm">
      <thead>
        <tr>
          <Th className="static">{title}</Th>
          <Th className="static text-right">Waited</Th>
          <Th className="static text-right">Denied</Th>
        </tr>
      </thead>
      <tbody>
        {rows.map(row => (
          <Tr key={row.key}>
            <Td className="wrap-anywhere">
              <bdi>{row.name}</bdi>
            </Td>
            <Td className="num text-right text-held">{row.held > 0 ? many(row.held) : '–'}</Td>
            <Td className="num text-right text-denied">{row.denied > 0 ? many(row.denied) : '–'}</Td>
          </Tr>
        ))}
      </tbody>
    </table>
  )
}

/** What enforcing would have stopped: how much, by rule, tool and hour, and what standing approvals would spare. */
export function WouldHave({ found }: { found: Readiness }) {
  const may = useMay('grant.propose')
  const { held, denied } = found.would_be
  if (held + denied === 0)
    return (
      <p className="px-4 py-3 text-sm">
        <strong className="font-semibold">Ready to enforce.</strong> Nothing of {many(found.actions)} actions in the
        last {found.days} days would have waited or been denied.
      </p>
    )
  return (
    <div className="flex flex-col gap-4 px-4 py-3.5">
      <p className="text-sm">
        Enforced, of {many(found.actions)} actions in the last {found.days} days{' '}
        <strong className="font-semibold text-held">{many(held)} would have waited for people</strong>
        {' and '}
        <strong className="font-semibold text-denied">{many(denied)} would have been denied</strong>
        {found.capped ? '. Only the newest are counted.' : '.'}
      </p>
      <HourBars hours={found.by_hour} zone={found.time_zone} />
      <div className="grid gap-4 lg:grid-cols-2">
        <Ranked
          title="Rule"
          rows={found.by_rule.map(one => ({ ...one, key: one.rule, name: one.sentence ?? one.rule }))}
        />
        <Ranked title="Tool" rows={found.by_tool.map(one => ({ ...one, key: one.tool, name: one.tool }))} />
      </div>
      {found.alike.length > 0 && (
        <div className="flex flex-col gap-1.5">
          <h3 className="font-medium text-ink-3 text-xs">Standing approvals that would spare most of the waiting</h3>
          <ul className="flex flex-col gap-1 text-sm">
            {found.alike.slice(0, 5).map(one => (
              <li key={one.example} className="flex flex-wrap items-baseline gap-x-2">
                <span className="num font-medium">
                  {many(one.held)} ({Math.round(one.share * 100)} %)
                </span>
                <Link href={`/actions/${one.example}`} className="hover:underline">
                  <bdi>{one.tool}</bdi>
                </Link>
                <span className="text-ink-3 text-xs">
                  {[one.operation, one.environment, one.resource_type, one.tenant && `tenant ${one.tenant}`]
                    .filter(Boolean)
                    .join(' · ')}
                </span>
                {may && (
                  <Link
                    href={`/grants?like=${one.example}`}
                    className="text-accent text-xs underline underline-offset-2"
                  >
                    Propose it<span className="sr-only"> for {one.tool}</span>…
                  </Link>
                )}
              </li>
            ))}
          </ul>
        </div>
      )}
    </div>
  )
}
