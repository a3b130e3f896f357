import { ServerCog } from 'lucide-react'
import { CodeBlock } from '@/components/ui/code-block'
import { besideConfig } from '@/lib/mcp/clients'
import { commandOf, type Draft } from './draft'

/** A command that Holdpoint may not start here: why, and how it is run beside Holdpoint instead. */
export function Beside({ draft, commands }: { draft: Draft; commands: readonly string[] }) {
  const { command, args, env } = commandOf(draft)
  const known = { command, args, env: Object.keys(env) }
  return (
    <section
      aria-label="Run it beside Holdpoint"
      className="flex flex-col gap-3 rounded-md border border-held-line bg-held-soft px-4 py-3"
    >
      <p className="flex items-start gap-2 text-held text-sm">
        <ServerCog className="mt-0.5 size-4 shrink-0" aria-hidden />
        <span>
          To start a command is to run code where Holdpoint runs. The operator lets it start{' '}
          {commands.length === 0 ? 'none' : <>only {commands.join(', ')}</>} (<code>HOLDPOINT_MCP_COMMANDS</code>). Run
          the gateway beside Holdpoint instead: it starts the server where you want it.
        </span>
      </p>
      <p className="text-sm">Save this as gateway.json:</p>
      <CodeBlock label="gateway.json" text={besideConfig(window.location.origin, draft.name || 'tools', known)} />
      <p className="text-sm">Then start the gateway; clients connect to http://127.0.0.1:3300/mcp.</p>
      <CodeBlock label="the command" text="holdpoint gateway --config gateway.json" />
      <p className="text-ink-2 text-xs">
        The gateway’s own key is that of a service account with the scopes holdpoint.catalogue and holdpoint.record
        (docs/mcp.md).
      </p>
    </section>
  )
}
