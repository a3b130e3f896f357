'use client'
import { Laptop, SquareTerminal } from 'lucide-react'
import { call } from '@/components/data/client'
import { List, useList } from '@/components/data/list'
import { useSubmit } from '@/components/data/use-submit'
import { Badge } from '@/components/ui/badge'
import { Button } from '@/components/ui/button'
import { EmptyState } from '@/components/ui/empty-state'
import { FormProblem } from '@/components/ui/form-problem'
import { RelativeTime } from '@/components/ui/relative-time'
import { Section } from '@/components/ui/section'

interface SignIn {
  readonly id: string
  readonly created_at: string
  readonly last_seen_at: string | null
  readonly user_agent: string | null
  readonly ip: string | null
  /** The machine whose command line has a personal token; null: a browser. */
  readonly machine: string | null
  readonly read_only: boolean
  readonly expires_at: string
  readonly current: boolean
}

/** `Firefox on Linux` from a user agent: enough to recognise one's own. */
function device(userAgent: string | null): string {
  const text = userAgent ?? ''
  const browser = /Edg\//.test(text)
    ? 'Edge'
    : /Firefox\//.test(text)
      ? 'Firefox'
      : /Chrome\//.test(text)
        ? 'Chrome'
        : /Safari\//.test(text)
          ? 'Safari'
          : 'A browser'
  const system = /Android/.test(text)
    ? 'Android'
    : /iPhone|iPad/.test(text)
      ? 'iOS'
      : /Mac OS/.test(text)
        ? 'macOS'
        : /Windows/.test(text)
          ? 'Windows'
          : /Linux/.test(text)
            ? 'Linux'
            : ''
  return system ? `${browser} on ${system}` : browser
}

/** Where I am signed in. Ending one ends it at once, everywhere. */
export function SignInsSettings() {
  const sessions = useList<SignIn>('session', 'me/sign-ins')
  const end = useSubmit((id: string | null) =>
    call(`/api/console/me/sign-ins${id ? `/${id}` : ''}`, { method: 'DELETE' }),
  )
  const others = sessions.data?.items.some(one => !one.current) ?? false
  return (
    <Section
      title="My sign-ins"
      plain
      aside={
        others && (
          <Button size="sm" look="deny" busy={end.busy} onClick={() => void end.run(null)}>
            End all others
          </Button>
        )
      }
    >
      <p className="text-ink-3 text-sm">
        Browsers, and command lines that you let in with <code className="font-mono text-xs">holdpoint login</code>.
      </p>
      <FormProblem text={end.general} />
      <List list={sessions} empty={<EmptyState icon={Laptop} title="No sign-ins" />}>
        {items => (
          <ul className="divide-y rounded-lg border bg-surface">
            {items.map(one => (
              <li key={one.id} className="flex flex-wrap items-center gap-x-4 gap-y-1 px-4 py-2.5">
                {one.machine === null ? (
                  <Laptop className="size-4 text-ink-3" aria-hidden />
                ) : (
                  <SquareTerminal className="size-4 text-ink-3" aria-hidden />
                )}
                <div className="min-w-0 flex-1">
                  <p className="flex items-center gap-2">
                    {one.machine === null ? device(one.user_agent) : `Command line on ${one.machine}`}{' '}
                    {one.machine !== null && <Badge>{one.read_only ? 'Looks only' : 'May decide'}</Badge>}
                    {one.current && <Badge tone="accent">This one</Badge>}
                  </p>
                  <p className="text-ink-3 text-xs">
                    {one.ip && <span className="font-mono">{one.ip} · </span>}
                    since <RelativeTime at={one.created_at} />
                    {one.last_seen_at && (
                      <>
                        , seen <RelativeTime at={one.last_seen_at} />
                      </>
                    )}
                    {one.machine !== null && (
                      <>
                        , ends <RelativeTime at={one.expires_at} />
                      </>
                    )}
                  </p>
                </div>
                {!one.current && (
                  <Button
                    size="sm"
                    look="quiet"
                    aria-label={one.machine === null ? undefined : `End the command line on ${one.machine}`}
                    onClick={() => void end.run(one.id)}
                  >
                    End
                  </Button>
                )}
              </li>
            ))}
          </ul>
        )}
      </List>
    </Section>
  )
}
