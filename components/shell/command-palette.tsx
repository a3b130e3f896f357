'use client'
import { useQuery } from '@tanstack/react-query'
import { Command } from 'cmdk'
import { Bot, Hash, Inbox, Keyboard, type LucideIcon, OctagonX, Plus, Search } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { Dialog as Radix } from 'radix-ui'
import { type ReactNode, useState } from 'react'
import { useStop } from '@/components/containment/stop-provider'
import { call, type Page, query } from '@/components/data/client'
import { keys } from '@/components/data/keys'
import { useMay, useMe } from '@/components/data/me'
import { home, placesFor } from './navigation'

interface Found {
  readonly id: string
  readonly name?: string
  readonly title?: string
}

function useFind(concept: 'agent' | 'hold', path: string, q: string, enabled: boolean) {
  return useQuery({
    queryKey: keys.list(concept, { palette: q }),
    queryFn: ({ signal }) =>
      call<Page<Found>>(
        `/api/console/${path}${query({ q, limit: 5, ...(concept === 'hold' ? { status: 'all' } : {}) })}`,
        { signal },
      ),
    enabled,
  })
}

const byPrefix: Readonly<Record<string, (id: string) => string>> = {
  hld: id => `/approvals/${id}`,
  agt: id => `/agents/${id}`,
  tol: id => `/tools?tool=${id}`,
  ctn: () => '/containment',
}

/** Where an id leads: its own page, or the log filtered to it. */
export function placeOf(id: string): string {
  return byPrefix[id.split('_')[0] ?? '']?.(id) ?? `/audit?subject=${encodeURIComponent(id)}`
}

function Item({
  icon: Icon,
  value,
  onSelect,
  children,
}: {
  icon: LucideIcon
  value: string
  onSelect: () => void
  children: ReactNode
}) {
  return (
    <Command.Item
      value={value}
      onSelect={onSelect}
      className="flex min-h-11 cursor-default items-center gap-2.5 rounded-sm px-2.5 text-sm data-[selected=true]:bg-sunken sm:min-h-9"
    >
      <Icon className="size-4 shrink-0 text-ink-3" aria-hidden />
      <span className="min-w-0 truncate">{children}</span>
    </Command.Item>
  )
}

const group =
  '[&_[cmdk-group-heading]]:px-2.5 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-ink-3 [&_[cmdk-group-heading]]:text-xs'

/** ⌘K: go to, find any id, do any verb. */
export function CommandPalette({
  open,
  onOpenChange,
  onKeys,
}: {
  open: boolean
  onOpenChange: (open: boolean) => void
  onKeys: () => void
}) {
  const router = useRouter()
  const stop = useStop()
  const places = placesFor(useMe().data?.permissions)
  const mayRegister = useMay('registry.write')
  const [text, setText] = useState('')
  const q = text.trim()
  const id = /^[a-z]{3}_[0-9A-Z]{6,26}$/.test(q) ? q : null
  const agents = useFind('agent', 'agents', q, open && q.length > 1 && !id)
  const holds = useFind('hold', 'holds', q, open && q.length > 1 && !id)
  const close = () => {
    onOpenChange(false)
    setText('')
  }
  const go = (href: string) => {
    close()
    router.push(href)
  }
  return (
    <Radix.Root open={open} onOpenChange={next => (next ? onOpenChange(true) : close())}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 animate-appear bg-scrim" />
        <Radix.Content
          aria-describedby={undefined}
          className="fixed top-[10vh] left-1/2 z-50 w-[calc(100vw-32px)] max-w-[580px] -translate-x-1/2 animate-appear rounded-lg border bg-raised shadow-float outline-none"
        >
          <Radix.Title className="sr-only">Go to, find, do</Radix.Title>
          <Command label="Go to, find, do" loop>
            <div className="flex items-center gap-2.5 border-b px-4">
              <Search className="size-4 text-ink-3" aria-hidden />
              <Command.Input
                value={text}
                onValueChange={setText}
                placeholder="Go to, find a name or an id, do…"
                className="h-12 flex-1 bg-transparent text-lg outline-none sm:text-base"
              />
            </div>
            <Command.List className="max-h-[56vh] overflow-y-auto p-1.5">
              <Command.Empty className="px-3 py-6 text-center text-ink-2 text-sm">
                Nothing has that name or id.
              </Command.Empty>
              {id && (
                <Item icon={Hash} value={q} onSelect={() => go(placeOf(id))}>
                  Open <code className="font-mono text-xs">{id}</code>
                </Item>
              )}
              {(holds.data?.items.length ?? 0) > 0 && (
                <Command.Group heading="Approvals" className={group} forceMount>
                  {holds.data?.items.map(one => (
                    <Item
                      key={one.id}
                      icon={Inbox}
                      value={`${q} ${one.id}`}
                      onSelect={() => go(`/approvals/${one.id}`)}
                    >
                      {one.title ?? one.id}
                    </Item>
                  ))}
                </Command.Group>
              )}
              {(agents.data?.items.length ?? 0) > 0 && (
                <Command.Group heading="Agents" className={group} forceMount>
                  {agents.data?.items.map(one => (
                    <Item key={one.id} icon={Bot} value={`${q} ${one.id}`} onSelect={() => go(`/agents/${one.id}`)}>
                      {one.name ?? one.id}
                    </Item>
                  ))}
                </Command.Group>
              )}
              <Command.Group heading="Go to" className={group}>
                {[...places, home].map(place => (
                  <Item key={place.href} icon={place.icon} value={`go ${place.label}`} onSelect={() => go(place.href)}>
                    {place.label}
                  </Item>
                ))}
              </Command.Group>
              <Command.Group heading="Do" className={group}>
                {mayRegister && (
                  <Item icon={Plus} value="connect an agent register" onSelect={() => go('/agents/connect')}>
                    Connect an agent…
                  </Item>
                )}
                {mayRegister && (
                  <Item icon={Plus} value="add an mcp server tools" onSelect={() => go('/tools/servers?add=true')}>
                    Add an MCP server…
                  </Item>
                )}
                <Item
                  icon={OctagonX}
                  value="stop pause kill quarantine everything agents"
                  onSelect={() => {
                    close()
                    stop()
                  }}
                >
                  Stop agents…
                </Item>
                <Item
                  icon={Keyboard}
                  value="keyboard keys shortcuts help"
                  onSelect={() => {
                    close()
                    onKeys()
                  }}
                >
                  See every key
                </Item>
              </Command.Group>
            </Command.List>
          </Command>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}
