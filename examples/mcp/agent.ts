// An agent that writes a file with a tool of an MCP server. It knows nothing of Holdpoint: the gateway stands between.
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'

const client = new Client({ name: 'example', version: '1' }, { versionNegotiation: { mode: 'auto' } })
const authorization = `Bearer ${process.env.HOLDPOINT_KEY}`
const url = new URL(process.env.GATEWAY_URL ?? 'http://127.0.0.1:3300/mcp')
await client.connect(new StreamableHTTPClientTransport(url, { requestInit: { headers: { authorization } } }))

const call = {
  name: 'files__write_file',
  arguments: { path: `${process.env.FILES}/bill.txt`, content: 'Car rental, December: 98.70 GBP\n' },
}
for (;;) {
  const { content, isError, _meta } = await client.callTool(call, {
    onprogress: ({ message }) => console.error(message),
  })
  const decision = _meta?.['holdpoint/decision']
  const text = content.map(part => (part.type === 'text' ? part.text : '')).join('\n')
  const pending =
    typeof decision === 'object' && decision !== null && 'status' in decision && decision.status === 'pending'
  // A model that reads the text does the same: it calls the tool again, with the same arguments.
  if (pending) continue
  console.log(isError ? `not written: ${text}` : text)
  break
}
await client.close()
