/** What the default pack leaves to rules of its own: the demo's two tools are always held or denied by name. */
export interface PackOptions {
  readonly demo: boolean
}

const demoRules = `
@id("demo-hold-me") @rule("D1") @reason("demo.hold_me is always held for one approver.") @approvals("1") @who("any_approver")
forbid (principal, action, resource)
when { context.tool == "demo.hold_me" } unless { context.approved };

@id("demo-deny-me") @rule("D2") @reason("demo.deny_me is always denied.")
forbid (principal, action, resource)
when { context.tool == "demo.deny_me" };
`

/**
 * The default pack as Cedar text. Every policy has an @id and the one sentence (@reason) that agent and approver read;
 * @rule groups what screens show as one of the ten. A forbid with @approvals is lifted by approval: it holds. Any other
 * forbid denies. What no permit covers is denied by rule 10.
 */
export function defaultPack({ demo }: PackOptions): string {
  const unlessDemo = demo ? ' && context.tool != "demo.hold_me"' : ''
  return `// Holdpoint's default pack: ten rules. Change it by proposing a change; a second person publishes it.

@id("ask-a-person") @rule("1") @reason("Handing over to a person, or asking one, is always allowed.")
permit (principal, action, resource)
when { context.asks_person && context.tool_known && context.in_scope };

@id("read-in-scope") @rule("2") @reason("Reading with a known tool, inside the agent's scope, is allowed.")
permit (principal, action == Action::"read", resource)
when { context.in_scope && context.tool_known };

@id("write-outside-production") @rule("3") @reason("Creating, updating and executing in scope outside production is allowed.")
permit (principal, action in [Action::"create", Action::"update", Action::"execute", Action::"send"], resource)
when { context.in_scope && context.tool_known && context.environment != "production" };

@id("unclassified-tool") @rule("4") @reason("Nobody has said yet what this tool does.") @approvals("1") @who("classifiers")
forbid (principal, action, resource)
when { context.in_scope && !context.tool_known } unless { context.approved };

@id("write-in-production") @rule("5") @reason("Writing in production needs one approver.") @approvals("1")
forbid (principal, action in [Action::"create", Action::"update", Action::"execute", Action::"send"], resource)
when { context.tool_known && context.environment == "production" && !context.external && !context.asks_person${unlessDemo} } unless { context.approved };

@id("scope-asks-for-writes") @rule("5") @reason("This agent's scope asks for one approver on every write.") @approvals("1")
forbid (principal, action in [Action::"create", Action::"update", Action::"execute", Action::"send"], resource)
when { context.tool_known && context.ask == "writes" && !context.external && !context.asks_person${unlessDemo} } unless { context.approved };

@id("send-outside") @rule("6") @reason("Sending outside the organisation needs one approver.") @approvals("1")
forbid (principal, action in [Action::"create", Action::"update", Action::"execute", Action::"send"], resource)
when { context.external && !context.asks_person } unless { context.approved };

@id("high-impact") @rule("7") @reason("Paying, deleting, deploying, granting, revoking and reading secrets need one approver.") @approvals("1")
forbid (principal, action in [Action::"pay", Action::"delete", Action::"privilege", Action::"revoke", Action::"deploy", Action::"secret"], resource)
unless { context.approved };

@id("high-impact-irreversible") @rule("7") @reason("What cannot be undone in production needs two approvers.") @approvals("2")
forbid (principal, action in [Action::"pay", Action::"delete", Action::"privilege", Action::"revoke", Action::"deploy", Action::"secret"], resource)
when { context.environment == "production" && !context.reversible } unless { context.approved };

@id("high-impact-amount") @rule("7") @reason("From an amount of 10,000 on, two approvers are needed.") @approvals("2")
forbid (principal, action in [Action::"pay", Action::"delete", Action::"privilege", Action::"revoke", Action::"deploy", Action::"secret"], resource)
when { context.amount_unreadable || (context has amount && context.amount.greaterThanOrEqual(decimal("10000.0"))) } unless { context.approved };

@id("in-scope") @rule("7") @reason("Inside the agent's scope, once people have agreed.")
permit (principal, action in [Action::"create", Action::"update", Action::"execute", Action::"send", Action::"pay", Action::"delete", Action::"privilege", Action::"revoke", Action::"deploy", Action::"secret"], resource)
when { context.in_scope && context.approved };
@id("above-ceiling") @rule("8") @reason("This is classified above what the agent may handle alone.") @approvals("1")
forbid (principal, action, resource)
when { context.above_ceiling && context.tool_known && !context.asks_person } unless { context.approved };

@id("another-tenant") @rule("9") @reason("This belongs to a tenant outside the agent's scope.") @code("scope.exceeded")
forbid (principal, action, resource)
when { !context.tenant_in_scope };

@id("outside-scope") @rule("9") @reason("This is outside the agent's scope.") @code("scope.exceeded")
forbid (principal, action, resource)
when { !context.in_scope };
${demo ? demoRules : ''}`
}

/** The sentence of rule 10: what nothing permits is denied. */
export const noRule = { id: 'no-rule', rule: '10', reason: 'No rule allows this.' } as const
