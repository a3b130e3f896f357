/** One annotation that a policy may carry: what completion offers, and what checking knows. */
export interface Annotation {
  readonly name: string
  readonly sentence: string
  readonly example: string
}

/** Every annotation there is. A name that is not here is refused: a typo must never lower what is asked (O03). */
export const annotations = [
  {
    name: 'id',
    sentence: 'The name of this policy: lower-case letters, digits and dashes.',
    example: 'pay-over-limit',
  },
  { name: 'rule', sentence: 'The number or word under which screens show it with others.', example: '7' },
  {
    name: 'reason',
    sentence: 'The one sentence that agent and approver read.',
    example: 'Large payments need a person.',
  },
  { name: 'approvals', sentence: 'How many people must agree, 1 to 9. Only a forbid may ask.', example: '1' },
  { name: 'who', sentence: 'Whom it asks.', example: 'team_approvers' },
  {
    name: 'requirement',
    sentence: 'The approval policy that says who must agree, instead of @approvals and @who. Only a forbid may ask.',
    example: 'two-teams',
  },
  {
    name: 'reading',
    sentence:
      'How long whoever approves must have had it before them, 1s to 1h; longer where the arguments take longer to read. Only a forbid may ask.',
    example: '20s',
  },
  { name: 'timeout', sentence: 'How long people have: a number and s, m, h or d, at most 30 days.', example: '4h' },
  {
    name: 'code',
    sentence: 'What agents are told of a denial: policy.denied or scope.exceeded.',
    example: 'policy.denied',
  },
  { name: 'explain', sentence: 'full: agents also learn which rules decided, and their thresholds.', example: 'full' },
  { name: 'constrain', sentence: 'How the action is narrowed instead of refused.', example: 'cap $amount 100' },
  { name: 'obligation', sentence: 'What must be done with it, and reported back.', example: 'notify:owner' },
] as const satisfies readonly Annotation[]

/** Whom a rule may ask (`@who`). */
export const whos = ['team_approvers', 'any_approver', 'classifiers', 'governing'] as const
