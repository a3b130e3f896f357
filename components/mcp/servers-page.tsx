'use client'
import { Plus, Server } from 'lucide-react'
import Link from 'next/link'
import { useRouter } from 'next/navigation'
import { parseAsBoolean, useQueryState } from 'nuqs'
import { Answer } from '@/components/data/answer'
import { ToolsTabs } from '@/components/tool/tools-tabs'
import { Button } from '@/components/ui/button'
import { CopyId } from '@/components/ui/copy-id'
import { EmptyState } from '@/components/ui/empty-state'
import { PageHeader } from '@/components/ui/page-header'
import { RelativeTime } from '@/components/ui/relative-time'
import { ServerDialog } from './server-dialog'
import { placeText, ServerState } from './server-state'
import { type McpServerItem, useServers } from './servers'

/** How many tools it has, and how many of them nobody has classified. */
function Counts({ server }: { server: McpServerItem }) {
  return (
    <span className="num text-ink-2 text-xs">
      {server.tools === 1 ? '1 tool' : `${server.tools} tools`}
      {server.to_classify > 0 && <span className="text-held"> · {server.to_classify} to classify</span>}
    </span>
  )
}

function ServerLine({ server }: { server: McpServerItem }) {
  return (
    <li className="flex flex-col gap-1 px-4 py-3">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <Link href={`/tools/servers/${server.id}`} className="min-h-6 font-medium hover:underline">
          <bdi>{server.name}</bdi>
        </Link>
        <ServerState state={server.state} />
        <Counts server={server} />
        {server.reached_at && (
          <span className="text-ink-3 text-xs sm:ml-auto">
            last answered <RelativeTime at={server.reached_at} />
          </span>
        )}
      </div>
      <code className="wrap-anywhere font-mono text-ink-3 text-xs">{placeText(server)}</code>
      {server.error && server.state === 'failing' && <p className="text-denied text-xs">{server.error}</p>}
    </li>
  )
}

/** The MCP servers behind Holdpoint, and where clients reach all of them. */
export function ServersPage() {
  const router = useRouter()
  const servers = useServers()
  const [adding, setAdding] = useQueryState('add', parseAsBoolean)
  const may = servers.data?.may_add ?? false
  const add = may && (
    <Button look="primary" onClick={() => void setAdding(true)}>
      <Plus aria-hidden /> Add an MCP server
    </Button>
  )
  return (
    <div className="mx-auto flex max-w-6xl flex-col gap-4">
      <PageHeader
        title="MCP servers"
        about="Holdpoint stands in front of these. Agents connect to one address with their own key, and each call of a tool is decided before it is sent on."
        actions={add}
      />
      <ToolsTabs />
      <Answer query={servers}>
        {({ items, endpoint, commands }) => (
          <>
            {items.length > 0 && (
              <p className="flex flex-wrap items-center gap-2 text-ink-2 text-sm">
                Clients connect to <CopyId value={endpoint} />
              </p>
            )}
            <div className="rounded-lg border bg-surface">
              {items.length === 0 ? (
                <EmptyState icon={Server} title="No MCP server yet" action={add}>
                  Paste the address or the command of one. You see its tools, say what they do, and copy the
                  configuration for your client.
                </EmptyState>
              ) : (
                <ul className="divide-y" aria-label="MCP servers">
                  {items.map(server => (
                    <ServerLine key={server.id} server={server} />
                  ))}
                </ul>
              )}
            </div>
            {adding && may && (
              <ServerDialog
                server={null}
                commands={commands}
                onDone={server => router.push(`/tools/servers/${server.id}`)}
                onClose={() => void setAdding(null)}
              />
            )}
          </>
        )}
      </Answer>
    </div>
  )
}
