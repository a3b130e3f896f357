/** A first call, ready to paste: the key, the address and a harmless tool are filled in. */
export function snippets(url: string, key: string): readonly { id: string; label: string; text: string }[] {
  return [
    {
      id: 'curl',
      label: 'curl',
      text: `curl -sS ${url}/api/v1/actions \\
  -H 'Authorization: Bearer ${key}' \\
  -H 'Content-Type: application/json' \\
  -H "Idempotency-Key: first-$RANDOM" \\
  -H 'Prefer: wait=30' \\
  -d '{"tool":"notes.write","operation":"create","params":{"text":"Hello"},"intent":"Try it"}'`,
    },
    {
      id: 'typescript',
      label: 'TypeScript',
      text: `import { Holdpoint } from '@holdpoint/sdk'

const holdpoint = new Holdpoint({ url: '${url}', key: '${key}' })

const note = await holdpoint.gate(
  { tool: 'notes.write', operation: 'create', params: { text: 'Hello' }, intent: 'Try it' },
  params => writeNote(params), // runs only when it was allowed, with what was allowed
)`,
    },
    {
      id: 'python',
      label: 'Python',
      text: `from holdpoint import Holdpoint

holdpoint = Holdpoint(url="${url}", key="${key}")

note = holdpoint.gate(
    {"tool": "notes.write", "operation": "create", "params": {"text": "Hello"}, "intent": "Try it"},
    lambda params: write_note(params),  # runs only when it was allowed, with what was allowed
)`,
    },
  ]
}
