import { anyOf, setOf } from './cedar-text'
import { ending, kinds, listed, stopping, stoppingFields, stops, template } from './template'

/** When, and after what, something stops. */
export const whenTemplates = [
  template({
    id: 'off-hours',
    title: 'Outside working hours',
    about: 'What nobody is there to see waits, by the calendar of the team that owns the agent.',
    shape: { ...stopping, operations: kinds.operations, environments: kinds.environments },
    fields: [
      {
        key: 'operations',
        kind: 'operations',
        label: 'What',
        value: ['update', 'delete', 'execute', 'send', 'pay', 'deploy'],
      },
      { key: 'environments', kind: 'environments', label: 'Where', value: ['production'] },
      ...stoppingFields('ask', 1, 'any_approver'),
    ],
    sentence: values =>
      `Outside working hours, ${listed(values.operations)} in ${listed(values.environments, 'or')} ${ending(values)}.`,
    write: (values, id, reason) =>
      stops(values, {
        id,
        reason,
        operations: values.operations,
        when: ['context.off_hours', `${setOf(values.environments)}.contains(context.environment)`],
      }),
  }),
  template({
    id: 'cross-tenant',
    title: 'Another tenant',
    about: 'Agents stay with the tenants that you name, whatever their scopes say.',
    shape: { ...stopping, tenants: kinds.some, application: kinds.optional, unknown: kinds.flag },
    fields: [
      { key: 'tenants', kind: 'some', label: 'Tenants that are theirs', hint: 'One a line.', value: ['acme'] },
      {
        key: 'application',
        kind: 'optional',
        label: 'Agents of this application only',
        hint: 'Its id (app_…); empty for every agent.',
        value: '',
      },
      { key: 'unknown', kind: 'flag', label: 'Also where the tenant is not known', value: false },
      ...stoppingFields('deny'),
    ],
    sentence: values => `Actions on a tenant other than ${listed(values.tenants, 'or')} ${ending(values)}.`,
    write: (values, id, reason) =>
      stops(values, {
        id,
        reason,
        operations: 'all',
        when: [
          ...(values.application === '' ? [] : [`${setOf([values.application])}.contains(context.application)`]),
          anyOf([
            `(context has tenant && !${setOf(values.tenants)}.contains(context.tenant))`,
            ...(values.unknown ? ['!(context has tenant)'] : []),
          ]),
        ],
      }),
  }),
  template({
    id: 'read-then-send',
    title: 'A sensitive read, then something goes out',
    about: 'Once a session has read what is sensitive, what leaves the organisation stops.',
    shape: { ...stopping, restricted_only: kinds.flag },
    fields: [
      {
        key: 'restricted_only',
        kind: 'flag',
        label: 'Only after restricted data, not after confidential',
        value: false,
      },
      ...stoppingFields('ask'),
    ],
    sentence: values =>
      `After reading ${values.restricted_only ? 'restricted' : 'confidential or restricted'} data, sending outside ${ending(values, false)}.`,
    write: (values, id, reason) =>
      stops(values, {
        id,
        reason,
        operations: 'all',
        when: [
          `${setOf(values.restricted_only ? ['restricted'] : ['confidential', 'restricted'])}.contains(context.session_highest)`,
          '(context.external || action == Action::"send")',
        ],
      }),
  }),
  template({
    id: 'after-led',
    title: 'After a call that foreign text led',
    about:
      'When an earlier action of the session took a value out of text that nobody vouches for, people look from then on.',
    shape: { ...stopping },
    fields: stoppingFields('ask'),
    sentence: values => `After an action that foreign text led, everything but reading ${ending(values, false)}.`,
    write: (values, id, reason) =>
      stops(values, { id, reason, operations: 'all', when: ['context.session_led', 'action != Action::"read"'] }),
  }),
] as const
