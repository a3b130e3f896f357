import { annotations } from './annotations'
import { factTable, type ReportedBy } from './fact-table'

const sources: readonly (readonly [ReportedBy, string, string])[] = [
  [
    'catalogue',
    'Holdpoint itself',
    'Computed from the registry, the catalogue, scopes, patterns, the clock and what was decided before.',
  ],
  ['gateway', 'A gateway', 'Recorded by the gateway between agent and tool, before the action.'],
  ['harness', 'The harness', 'Recorded by what runs the agent, before the action; never by the agent’s own word.'],
  ['agent', 'The agent', 'Said by the agent. It may tighten, never loosen: a permit must not rest on it.'],
]

const cell = (text: string) => text.replaceAll('|', '\\|')

/** The reference page of facts and annotations (docs/facts.md), made of the tables that policy is checked with. */
export function factPage(): string {
  const parts = sources.flatMap(([by, title, about]) => {
    const facts = factTable.filter(fact => fact.reported_by === by)
    if (facts.length === 0) return []
    const rows = facts.map(
      fact =>
        `| \`context.${fact.name}\` | ${fact.type}${fact.optional ? ', may be absent' : ''} | ${cell(fact.sentence)} |`,
    )
    return [
      `## Said by: ${title}\n\n${about}\n\n| fact | type | what it is |\n| --- | --- | --- |\n${rows.join('\n')}\n`,
    ]
  })
  const marks = annotations.map(one => `| \`@${one.name}("${cell(one.example)}")\` | ${cell(one.sentence)} |`)
  return `# What policy may judge

Made from \`lib/policy/fact-table.ts\` and \`lib/policy/annotations.ts\`: do not edit. How to write policy: [policy.md](policy.md).

Beside these, a policy sees \`principal\` (an \`Agent\` by its id), \`action\` (the operation, such as \`Action::"pay"\`) and
\`resource\` (a \`Resource\` by its type). A fact that may be absent is asked for with \`context has …\` first; strict validation
demands it.

${parts.join('\n')}
## What a policy says of itself

| annotation | what it says |
| --- | --- |
${marks.join('\n')}
`
}
