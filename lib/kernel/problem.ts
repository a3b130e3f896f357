/** RFC 9457 problems: a closed set of `concept.reason` codes, each with its HTTP status and title. */
export const problems = {
  'request.malformed': [400, 'The request is not well formed'],
  'request.invalid': [400, 'The request does not fit its schema'],
  'request.unsupported_media_type': [415, 'The body must be application/json'],
  'request.too_large': [413, 'The body is larger than 1 MiB'],
  'request.headers_too_large': [431, 'The headers are too large'],
  'request.timeout': [408, 'The request did not arrive in time'],
  'request.forbidden_origin': [403, 'The request comes from another origin'],
  'request.method_not_allowed': [405, 'This address does not take that method'],
  'request.precondition_failed': [412, 'It has changed since you read it'],
  'request.not_found': [404, 'There is no such thing here'],
  'request.forbidden': [403, 'You may see this, but not do that'],
  'idempotency.required': [400, 'An Idempotency-Key is required'],
  'idempotency.invalid': [400, 'The Idempotency-Key is not 1 to 255 visible ASCII characters'],
  'idempotency.conflict': [409, 'This key was used with another body'],
  'credential.missing': [401, 'A credential is required'],
  'credential.invalid': [401, 'The credential is not valid'],
  'credential.ambiguous': [400, 'Send a key or a cookie, not both'],
  'credential.in_query': [400, 'A key does not belong in an address'],
  'session.required': [401, 'Sign in first'],
  'session.stale': [403, 'Sign in again to do this'],
  'session.browser_required': [403, 'Do this in the browser'],
  'session.read_only': [403, 'This token may only look'],
  'passkey.invalid': [400, 'This passkey cannot be registered'],
  'passkey.exists': [409, 'This passkey is registered already'],
  'passkey.limit': [409, 'Too many passkeys'],
  'device.pending': [400, 'Nobody has confirmed this yet'],
  'device.too_fast': [400, 'Ask less often'],
  'device.denied': [400, 'The person said no'],
  'device.expired': [400, 'This code is not valid any more'],
  'device.decided': [409, 'This has been answered'],
  'sign_in.failed': [401, 'That e-mail and password do not match'],
  'setup.closed': [410, 'This Holdpoint is already set up'],
  'setup.invalid_token': [403, 'This link is not valid any more'],
  'invitation.invalid': [410, 'This invitation is not valid any more'],
  'limit.exceeded': [429, 'Too many requests'],
  'limit.open_holds': [429, 'Too many open holds'],
  'action.decided': [409, 'This action has been decided'],
  'action.waiting': [409, 'This action is still waiting'],
  'action.not_allowed': [409, 'This action was not allowed'],
  'action.outcome_conflict': [409, 'Another outcome has been reported'],
  'action.nothing_to_reconcile': [409, 'Nothing to reconcile'],
  'hold.changed': [409, 'What is shown has changed'],
  'hold.closed': [409, 'This has been decided'],
  'hold.reviewed': [409, 'You have reviewed this'],
  'hold.frozen': [409, 'This is frozen by a pause'],
  'hold.ineligible': [403, 'You may not decide this'],
  'hold.invalid_change': [400, 'These changed arguments cannot be approved'],
  'hold.thread_full': [409, 'Nothing more can be asked or answered here'],
  'hold.not_extendable': [409, 'This cannot wait any longer'],
  'hold.unseen': [409, 'Not all of this has been shown to you'],
  'hold.mixed': [409, 'These cannot be decided together'],
  'hold.step_up_required': [403, 'Sign in again to decide this'],
  'change.stale': [409, 'What this change was based on has changed'],
  'change.open': [409, 'Such a change is waiting already'],
  'containment.weaker': [409, 'A stronger containment is in force'],
  'containment.lifted': [409, 'This containment has been lifted'],
  'enforcement.observed': [409, 'This is watched only already'],
  'enforcement.enforced': [409, 'This is enforced already'],
  'agent.confusable': [409, 'This name can be mistaken for another'],
  'agent.retired': [409, 'This agent is retired'],
  'agent.contained': [409, 'This identity is contained'],
  'agent.owner_invalid': [400, 'Owner and backup must be different, active people'],
  'person.exists': [409, 'Someone has this e-mail already'],
  'person.last_administrator': [409, 'There must be another administrator first'],
  'team.exists': [409, 'A team has this name already'],
  'application.exists': [409, 'An application has this name already'],
  'tool.unclassified': [409, 'This tool has not been classified'],
  'plan.denied': [409, 'This plan would not be allowed'],
  'approval_policy.unmeetable': [400, 'Nobody could approve by this'],
  'approval_policy.named': [409, 'Rules in force name this approval policy'],
  'approval_policy.retired': [409, 'This approval policy is retired'],
  'policy.invalid': [400, 'This policy cannot be used'],
  'policy.cases_failed': [409, 'This policy fails cases that must pass'],
  'policy.slow': [409, 'This policy takes too long to judge'],
  'policy.not_kept': [409, 'What policy saw of this action was not kept'],
  'policy.case_exists': [409, 'A case has this name already'],
  'grant.over': [409, 'This standing approval is over'],
  'grant.open': [409, 'This standing approval is not over yet'],
  'access_request.not_requestable': [400, 'Nobody can be asked about this'],
  'access_request.expired_denial': [410, 'The time of this denial is over'],
  'access_request.invalid_denial_binding': [400, 'This request does not belong to that denial'],
  'access_request.duplicate_request': [409, 'This key was used with another request'],
  'access_request.unknown_task': [404, 'There is no such task here'],
  'access_request.task_expired': [410, 'The time of this task is over'],
  'access_request.invalid_task_state': [409, 'This task has ended'],
  'credential.limit': [409, 'Too many live credentials'],
  'escalation.exists': [409, 'There is such an escalation policy already'],
  'escalation.limit': [409, 'Too many escalation policies'],
  'mcp_server.exists': [409, 'An MCP server has this name already'],
  'mcp_server.limit': [409, 'Too many MCP servers'],
  'mcp_server.unreachable': [409, 'This MCP server does not answer as one'],
  'on_call.exists': [409, 'A schedule has this name already'],
  'on_call.limit': [409, 'Too many of them'],
  'on_call.unreadable': [409, 'This calendar cannot be read'],
  'webhook.limit': [409, 'Too many live webhooks'],
  'slack.refused': [409, 'Slack refuses this'],
  'slack.unsigned': [401, 'Slack has not signed this now, or not for the first time'],
  'slack.code_invalid': [409, 'This is not the code'],
  'slack.linked': [409, 'This Slack account is linked to somebody else'],
  'push.limit': [409, 'Too many devices'],
  'service.unavailable': [503, 'Holdpoint cannot decide now'],
  'service.fault': [500, 'Something went wrong on our side'],
} as const satisfies Record<string, readonly [number, string]>

export type ProblemCode = keyof typeof problems

/** One place in a body that is wrong: `pointer` is an RFC 6901 JSON pointer; lines and columns of a text count from 1. */
export interface FieldError {
  readonly pointer: string
  readonly message: string
  readonly line?: number
  readonly column?: number
}

/** An expected no. `detail` is public; `carries` are public extra members (the current hold or action on a 409). */
export class Refused extends Error {
  constructor(
    readonly code: ProblemCode,
    readonly detail: string = problems[code][1],
    readonly more: {
      readonly errors?: readonly FieldError[]
      readonly carries?: Readonly<Record<string, unknown>>
    } = {},
  ) {
    super(detail)
    this.name = 'Refused'
  }

  get status(): number {
    return problems[this.code][0]
  }
}
