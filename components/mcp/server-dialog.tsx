'use client'
import { useState } from 'react'
import { useSubmit } from '@/components/data/use-submit'
import { useFreshSignIn } from '@/components/person/fresh-sign-in'
import { Field } from '@/components/ui/field'
import { FormDialog } from '@/components/ui/form-dialog'
import { Input } from '@/components/ui/input'
import { Beside } from './beside'
import { commandOf, type Draft, draftOf, emptyDraft, keptOf, kindOf, placeOf, withPlace } from './draft'
import { MannerFields } from './place-fields'
import { addServer, changeServer, type McpServerItem } from './servers'

const about =
  'Paste its address, its command, or its entry in a client’s configuration. Holdpoint asks it for its tools; their calls wait until somebody has said what they do.'

/** A new server, or another place for one. Either is done once the server has answered there. */
export function ServerDialog({
  server,
  commands,
  onDone,
  onClose,
}: {
  /** Null: a new one. */
  server: McpServerItem | null
  commands: readonly string[]
  onDone: (server: McpServerItem) => void
  onClose: () => void
}) {
  const [draft, setDraft] = useState<Draft>(() => (server ? draftOf(server) : emptyDraft))
  const [named, setNamed] = useState(server !== null)
  const fresh = useFreshSignIn()
  const submit = useSubmit(
    () =>
      fresh.run(() =>
        server ? changeServer(server, placeOf(draft), keptOf(draft)) : addServer(draft.name.trim(), placeOf(draft)),
      ),
    onDone,
  )
  const kind = kindOf(draft)
  const forbidden = kind === 'command' && !commands.includes(commandOf(draft).command)
  const general = fresh.asking ? '' : submit.general
  const verb = server ? 'Connect and change' : 'Connect and add'
  return (
    <>
      <FormDialog
        wide
        title={server ? `Change ${server.name}` : 'Add an MCP server'}
        description={server ? 'It is asked there for its tools before anything is changed.' : about}
        verb={submit.busy ? 'Connecting…' : verb}
        busy={submit.busy}
        disabled={forbidden}
        problem={submit.code === 'mcp_server.exists' ? '' : general}
        onSend={() => void submit.run()}
        onClose={onClose}
      >
        <Field
          label="Address or command"
          hint="https://crm.example/mcp, or npx -y @modelcontextprotocol/server-filesystem /srv/files"
          error={submit.at('/url') ?? submit.at('/command') ?? submit.at('/args')}
        >
          {bind => (
            <Input
              {...bind}
              data-first
              required
              className="font-mono"
              autoCapitalize="none"
              spellCheck={false}
              value={draft.place}
              onChange={event => setDraft(withPlace(draft, event.target.value, named))}
            />
          )}
        </Field>
        {server === null && (
          <Field
            label="Name"
            hint={`Its tools’ names begin with it: ${draft.name || 'crm'}__…`}
            error={submit.at('/name') ?? (submit.code === 'mcp_server.exists' ? submit.general : undefined)}
          >
            {bind => (
              <Input
                {...bind}
                required
                maxLength={40}
                className="max-w-60 font-mono"
                value={draft.name}
                onChange={event => {
                  setNamed(true)
                  setDraft({ ...draft, name: event.target.value })
                }}
              />
            )}
          </Field>
        )}
        {forbidden ? (
          <Beside draft={draft} commands={commands} />
        ) : (
          <MannerFields draft={draft} onChange={setDraft} at={submit.at} />
        )}
      </FormDialog>
      {fresh.dialog}
    </>
  )
}
