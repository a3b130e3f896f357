/** What happened, where the type alone would not say it plainly. */
const words: Readonly<Record<string, string>> = {
  'action.decided': 'An action was decided by a rule',
  'action.erased': 'The content of an action was erased',
  'action.parked': 'A call waits until its tool is classified',
  'action.reconciled': 'A person said how an action had ended',
  'action.reported': 'An agent reported how an action went',
  'agent.activated': 'An agent called for the first time',
  'change.applied': 'An approved change was carried out',
  'change.failed': 'An approved change could not be carried out',
  'containment.engaged': 'Agents were stopped',
  'containment.lifted': 'A stop was lifted',
  'containment.renewed': 'A stop was prolonged',
  'credential.exposed': 'A key was seen where it must not be',
  'credential.issued': 'A key was issued',
  'credential.revoked': 'A key was revoked',
  'credential.rotated': 'A key was replaced',
  'hold.approved': 'Approved',
  'hold.contained': 'Ended by a stop',
  'hold.expired': 'Expired without a decision',
  'hold.opened': 'Held for people to decide',
  'hold.raised': 'More people were asked',
  'hold.rejected': 'Rejected',
  'hold.reminded': 'People were reminded',
  'hold.reviewed': 'A person gave a verdict',
  'hold.revised': 'What is asked for was changed',
  'hold.seen': 'Everything was shown to a person',
  'hold.told': 'People were told',
  'hold.unseen_alarmed': 'Governors were alarmed: nobody looks',
  'hold.withdrawn': 'Withdrawn by the agent',
  'log.exported': 'The log was exported',
  'log.regression_acknowledged': 'A log that went back was acknowledged',
  'person.confirmed': 'A person confirmed who they are',
  'person.linked': 'A person was linked to an outside sign-in',
  'person.password_changed': 'A password was changed',
  'role.granted': 'A role was given',
  'role.revoked': 'A role was taken away',
  'scope.granted': 'A scope was given',
  'scope.revoked': 'A scope was taken away',
  'sign_in.failed': 'A sign-in failed',
  'sign_in.revoked': 'A sign-in was ended',
  'tool.first_used': 'A new tool was called',
}

/** A type of event as people say it: `team.created` is “Team created” where nothing better is known. */
export function eventWords(type: string): string {
  const plain = type.replace(/[._]/g, ' ')
  return words[type] ?? plain.charAt(0).toUpperCase() + plain.slice(1)
}
