/** Who vouches for a fact: what agents report may tighten, never loosen. */
export type ReportedBy = 'catalogue' | 'gateway' | 'harness' | 'agent'

type CedarType = 'String' | 'Bool' | 'Long' | 'decimal' | 'Set<String>'

/** One attribute of `context` that policy may judge. */
export interface Fact {
  readonly name: string
  readonly type: CedarType
  /** Absent where nothing is known of it: policy asks with `context has`. */
  readonly optional?: true
  readonly reported_by: ReportedBy
  readonly sentence: string
}

const of = (
  reported_by: ReportedBy,
  facts: readonly (readonly [name: string, type: CedarType | `${CedarType}?`, sentence: string])[],
): Fact[] =>
  facts.map(([name, type, sentence]) => {
    const required = cedarTypes.find(one => one === type)
    const optional = cedarTypes.find(one => `${one}?` === type)
    return required
      ? { name, type: required, reported_by, sentence }
      : { name, type: optional ?? 'String', optional: true, reported_by, sentence }
  })
const cedarTypes = ['String', 'Bool', 'Long', 'decimal', 'Set<String>'] as const

const windows = [
  ['minute', 'the last minute'],
  ['hour', 'the last hour'],
  ['day', 'the last 24 hours'],
  ['week', 'the last 7 days'],
  ['month', 'the last 30 days'],
] as const

/**
 * Every fact that policy may judge, besides `principal` (the agent), `action` (the operation) and `resource` (its type).
 * Schema, validation, completion and the reference page are made of this one table.
 */
export const factTable: readonly Fact[] = [
  ...of('catalogue', [
    ['approved', 'Bool', 'People have agreed. A forbid `unless { context.approved }` asks for approval.'],
    [
      'constrained',
      'Bool',
      'The action was narrowed as @constrain says. A forbid `unless { context.constrained }` narrows.',
    ],
    ['agent_kind', 'String', 'ai_agent, service_account, workload, oauth_app, api_key or bot.'],
    ['agent_age_days', 'Long', 'Whole days since the agent was registered.'],
    ['application', 'String', 'The id of the application that the agent belongs to.'],
    ['team', 'String', 'The id of the team that runs the application.'],
    ['tier', 'String', 'low, standard, high or critical.'],
    ['tool', 'String', 'The exact name of the tool.'],
    ['tool_known', 'Bool', 'A person has classified this tool.'],
    ['asks_person', 'Bool', 'The tool hands over to a person, or asks one.'],
    [
      'meanings',
      'Set<String>',
      'What the given parameters mean: amount, currency, recipient, resource_id, person, subject, body, file, reference, code, sql, date, count or secret.',
    ],
    ['external', 'Bool', 'The effect of the tool leaves the organisation.'],
    ['reversible', 'Bool', 'It can be undone.'],
    [
      'environment',
      'String',
      'development, staging or production: the strictest of registration, resource pattern and claim.',
    ],
    ['tenant', 'String?', 'The tenant that the resource belongs to.'],
    ['classification', 'String', 'public, internal, confidential or restricted: the strictest that is known.'],
    ['resource_type', 'String', 'The type of the resource; empty where none is named.'],
    ['resource_team', 'String?', 'The team that owns the resource, as the system of the resource says.'],
    ['in_scope', 'Bool', 'A line of the agent’s scope covers tool, resource, operation and environment.'],
    ['tenant_in_scope', 'Bool', 'Every tenant that the resource may belong to is in scope.'],
    ['above_ceiling', 'Bool', 'It is classified above what the scope lets the agent handle alone.'],
    ['ask', 'String', 'What the scope asks for: never, high_impact or writes.'],
    ['amount', 'decimal?', 'The largest of the parameters that the catalogue calls an amount. A claim may raise it.'],
    ['amount_unreadable', 'Bool', 'A parameter that the catalogue calls an amount does not hold one.'],
    [
      'unpinned',
      'Bool',
      'A parameter names something whose content can change (a branch, a tag, an address), without its digest.',
    ],
    ['currency', 'String?', 'The currency of the amount, ISO 4217.'],
    ['hour', 'Long', 'The hour of the day, 0 to 23, in the calendar of the owning team.'],
    ['weekday', 'Long', 'The day of the week, 1 (Monday) to 7, in the calendar of the owning team.'],
    ['off_hours', 'Bool', 'Outside the working hours of the owning team.'],
    [
      'containment',
      'String',
      'The strictest switch in reach: none, watched or guarded (stricter ones stop it before policy).',
    ],
    ['observing', 'Bool', 'The agent is watched only: what policy says is written down, not enforced.'],
    ...windows.flatMap(
      ([name, words]) =>
        [
          [
            `count_${name}`,
            'Long',
            `How often the agent has asked for this tool in ${words}, this time included; reads are not counted.`,
          ],
          [`denied_${name}`, 'Long', `How many of those were denied or rejected in ${words}.`],
          [
            `sum_${name}`,
            'decimal',
            `What the allowed and waiting ones add up to in this currency in ${words}, this one included.`,
          ],
        ] as const,
    ),
    ['session_tools', 'Set<String>', 'The tools that were used so far in this session, at most 100.'],
    ['session_highest', 'String', 'The highest classification of what was read so far in this session.'],
  ]),
  ...of('harness', [
    [
      'recipient_from',
      'String',
      'Where the recipient came from: person, trusted, untrusted, agent, unknown or none. Never person or trusted by the agent’s own word.',
    ],
    ['amount_from', 'String', 'Where the amount came from, in the same words.'],
    [
      'asked_for',
      'Bool',
      'Every argument that says anything stands in the person’s own words, as gateway or harness recorded them.',
    ],
    [
      'acting_for_confirmed',
      'Bool',
      'Whoever it acts for has spoken in this session, as gateway or harness recorded it under that very name.',
    ],
  ]),
  ...of('agent', [
    ['session_untrusted', 'Bool', 'Untrusted content has entered this session.'],
    ['untrusted_arguments', 'Set<String>', 'The parameters whose value came from untrusted content.'],
    ['untrusted_text', 'Bool', 'A value was taken out of running text that nobody vouches for.'],
    ['session_led', 'Bool', 'An earlier action of this session carried a value out of such text.'],
    ['any_untrusted', 'Bool', 'At least one argument came from untrusted content.'],
    ['acting_for', 'String?', 'On whose behalf the agent says that it acts.'],
    ['delegated_by', 'Set<String>', 'The agents that handed this on, as the chain of parents tells: at most 20.'],
    ['delegation_depth', 'Long', 'How often it was handed on from one agent to another.'],
  ]),
]

/**
 * The Cedar schema of a request that carries these facts alone. What is validated against the whole table and reads only
 * these means the same by it.
 */
export const schemaFor = (reads: ReadonlySet<string>): string =>
  schemaOf(factTable.filter(fact => reads.has(fact.name)))

const schemaOf = (facts: readonly Fact[]) => `
entity Agent;
entity Resource;
type Facts = {
  ${facts.map(fact => `${fact.name}${fact.optional ? '?' : ''}: ${fact.type}`).join(',\n  ')}
};
action "read", "create", "update", "delete", "execute", "send", "pay", "deploy", "secret", "privilege", "revoke", "delegate"
  appliesTo { principal: [Agent], resource: [Resource], context: Facts };
`

/** The Cedar schema of every fact: strict validation refuses a policy that reads anything else. */
export const cedarSchema = schemaOf(factTable)
