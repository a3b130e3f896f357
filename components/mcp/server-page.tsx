'use client'
import { PlugZap } from 'lucide-react'
import Link from 'next/link'
import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { Answer } from '@/components/data/answer'
import { useSubmit } from '@/components/data/use-submit'
import { Button } from '@/components/ui/button'
import { CopyId } from '@/components/ui/copy-id'
import { FactsList } from '@/components/ui/facts-list'
import { FormProblem } from '@/components/ui/form-problem'
import { PageHeader } from '@/components/ui/page-header'
import { ReasonDialog } from '@/components/ui/reason-dialog'
import { RelativeTime } from '@/components/ui/relative-time'
import { ConnectClient } from './connect-client'
import { ServerDialog } from './server-dialog'
import { placeText, ServerState } from './server-state'
import { ServerTools } from './server-tools'
import { type McpServerItem, removeServer, testServer, useServer, useServers } from './servers'

function Remove({ server, onClose }: { server: McpServerItem; onClose: () => void }) {
  const router = useRouter()
  const remove = useSubmit(
    () => removeServer(server.id),
    () => router.push('/tools/servers'),
  )
  return (
    <ReasonDialog
      withoutReason
      title={`Remove ${server.name}?`}
      description="No call goes there any more, also none that waits now, and its secrets are destroyed. What was said of its tools stays in the catalogue."
      verb="Remove"
      look="deny"
      busy={remove.busy}
      problem={remove.general}
      onSend={() => void remove.run()}
      onClose={onClose}
    />
  )
}

function Page({
  server,
  endpoint,
  commands,
}: {
  server: McpServerItem
  endpoint: string
  commands: readonly string[]
}) {
  const [doing, setDoing] = useState<'change' | 'remove' | null>(null)
  const [told, setTold] = useState('')
  const test = useSubmit(
    () => testServer(server.id),
    ({ detail }) => setTold(detail),
  )
  return (
    <div className="mx-auto flex max-w-5xl flex-col gap-6">
      <PageHeader
        above={
          <span className="flex items-center gap-2">
            <Link href="/tools/servers" className="inline-flex min-h-6 items-center hover:underline">
              MCP servers
            </Link>
            <CopyId value={server.id} short />
          </span>
        }
        title={<bdi>{server.name}</bdi>}
        state={<ServerState state={server.state} />}
        actions={
          server.may_change && (
            <>
              <Button onClick={() => void test.run()} busy={test.busy}>
                <PlugZap aria-hidden /> Test the connection
              </Button>
              <Button onClick={() => setDoing('change')}>Change…</Button>
              <Button look="deny" onClick={() => setDoing('remove')}>
                Remove…
              </Button>
            </>
          )
        }
      />
      <div className="flex flex-col gap-2">
        <FactsList
          facts={[
            [server.kind === 'address' ? 'Address' : 'Command', <code key="place">{placeText(server)}</code>],
            ['Secrets', server.secrets.length > 0 && `${server.secrets.join(', ')} (set)`],
            ['Returns', server.classification],
            ['Call time', `up to ${server.timeout_seconds} s`],
            ['Last answered', server.reached_at && <RelativeTime at={server.reached_at} />],
            ['Added by', server.added_by.name],
          ]}
        />
        {server.state === 'failing' && server.error && <FormProblem text={server.error} />}
        {server.state === 'forbidden' && (
          <FormProblem text="The operator does not let Holdpoint start this command: HOLDPOINT_MCP_COMMANDS does not name it any more." />
        )}
        <p role="status" className="text-ink-2 text-sm empty:hidden">
          {told}
        </p>
        <FormProblem text={test.general} />
      </div>
      <ServerTools source={server.name} />
      <ConnectClient endpoint={endpoint} />
      {doing === 'change' && (
        <ServerDialog
          server={server}
          commands={commands}
          onDone={() => setDoing(null)}
          onClose={() => setDoing(null)}
        />
      )}
      {doing === 'remove' && <Remove server={server} onClose={() => setDoing(null)} />}
    </div>
  )
}

/** One MCP server: how it goes, its tools, and how clients are told of it. */
export function ServerPage({ id }: { id: string }) {
  const server = useServer(id)
  const all = useServers()
  return (
    <Answer query={server} page="MCP server">
      {found => (
        <Answer query={all}>
          {({ endpoint, commands }) => <Page server={found} endpoint={endpoint} commands={commands} />}
        </Answer>
      )}
    </Answer>
  )
}
