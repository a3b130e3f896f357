/** A first call, ready to paste: the key, the address and a harmless tool are filled in. */
export function snippets(
  url: string,
  key: string,
): readonly { id: string; label: string; how: string; text: string }[] {
  return [
    {
      id: 'curl',
      label: 'curl',
      how: 'It waits 30 seconds for a decision; people may take longer, and the call can be asked about again.',
      text: `curl -sS ${url}/api/v1/actions \\
  -H 'Authorization: Bearer ${key}' \\
  -H 'Content-Type: application/json' \\
  -H "Idempotency-Key: first-$RANDOM" \\
  -H 'Prefer: wait=30' \\
  -d '{"tool":"notes.create","operation":"create","params":{"text":"Hello"},"intent":"Try it"}'`,
    },
    {
      id: 'typescript',
      label: 'TypeScript',
      how: 'From a clone, npm pack ./sdk/typescript makes the package to install. It blocks until decided.',
      text: `import { Holdpoint } from '@holdpoint/sdk'

const holdpoint = new Holdpoint({
  url: '${url}',
  key: '${key}',
})

await holdpoint.gate(
  { tool: 'notes.create', operation: 'create', params: { text: 'Hello' }, intent: 'Try it' },
  params => console.log('written:', params), // only once allowed, with what is allowed
)`,
    },
    {
      id: 'python',
      label: 'Python',
      how: 'One file, standard library only: copy sdk/python/holdpoint.py beside your code.',
      text: `from holdpoint import Holdpoint

holdpoint = Holdpoint(
    url="${url}",
    key="${key}",
)

holdpoint.gate(
    {"tool": "notes.create", "operation": "create", "params": {"text": "Hello"}},
    lambda params: print("written:", params),  # only once allowed, with what is allowed
)`,
    },
  ]
}
