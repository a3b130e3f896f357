import { anyOf, pattern, setOf } from './cedar-text'
import { ending, kinds, listed, stopping, stoppingFields, stops, template } from './template'

/** What agents may begin, and people finish. */
export const workTemplates = [
  template({
    id: 'draft-not-modify',
    title: 'Draft, but not change, customer records',
    about: 'Agents prepare drafts with the tools that only draft. Changing or deleting the records themselves stops.',
    shape: { ...stopping, records: kinds.some, drafts: kinds.list },
    fields: [
      {
        key: 'records',
        kind: 'some',
        label: 'Types of record',
        hint: 'Resource types, one a line, as agents name them.',
        value: ['customer'],
      },
      {
        key: 'drafts',
        kind: 'list',
        label: 'Tools that only draft',
        hint: 'Exact names, one a line. They go on as before.',
        value: [],
      },
      ...stoppingFields('ask'),
    ],
    sentence: values =>
      `Changes to ${listed(values.records)} records ${ending(values)}${values.drafts.length > 0 ? '; drafts may be made' : ''}.`,
    write: (values, id, reason) =>
      stops(values, {
        id,
        reason,
        operations: ['create', 'update', 'delete', 'execute'],
        when: [
          `${setOf(values.records)}.contains(context.resource_type)`,
          ...(values.drafts.length > 0 ? [`!${setOf(values.drafts)}.contains(context.tool)`] : []),
        ],
      }),
  }),
  template({
    id: 'open-not-deploy',
    title: 'Open a change, but not deploy it',
    about: 'Agents open pull requests and change requests. Merging and deploying stops.',
    shape: { ...stopping, environments: kinds.environments, tools: kinds.list },
    fields: [
      { key: 'environments', kind: 'environments', label: 'Where', value: ['staging', 'production'] },
      {
        key: 'tools',
        kind: 'list',
        label: 'Tools that deploy, too',
        hint: 'Names, one a line; * stands for anything. Tools that are classified as deploying are stopped anyway.',
        value: ['*merge*'],
      },
      ...stoppingFields('ask'),
    ],
    sentence: values => `Deployments to ${listed(values.environments, 'or')} ${ending(values)}.`,
    write: (values, id, reason) =>
      stops(values, {
        id,
        reason,
        operations: 'all',
        when: [
          `${setOf(values.environments)}.contains(context.environment)`,
          anyOf(['action == Action::"deploy"', ...values.tools.map(one => `context.tool like ${pattern(one)}`)]),
        ],
      }),
  }),
  template({
    id: 'secrets',
    title: 'Secrets',
    about: 'Reading or using a secret stops, where you say.',
    shape: { ...stopping, environments: kinds.environments },
    fields: [
      { key: 'environments', kind: 'environments', label: 'Where', value: ['production'] },
      ...stoppingFields('ask'),
    ],
    sentence: values => `Secrets of ${listed(values.environments, 'or')} ${ending(values)}.`,
    write: (values, id, reason) =>
      stops(values, {
        id,
        reason,
        operations: ['secret'],
        when: [`${setOf(values.environments)}.contains(context.environment)`],
      }),
  }),
  template({
    id: 'revoke-production-credentials',
    title: 'Revoke production credentials',
    about: 'Taking credentials away can stop a business. Several people agree first, and they are told at once.',
    shape: { ...stopping, environments: kinds.environments, privileges: kinds.flag },
    fields: [
      { key: 'environments', kind: 'environments', label: 'Where', value: ['production'] },
      { key: 'privileges', kind: 'flag', label: 'Giving privileges, too', value: true },
      ...stoppingFields('ask', 2, 'governing'),
    ],
    sentence: values =>
      `Revoking credentials${values.privileges ? ' and changing privileges' : ''} in ${listed(values.environments, 'or')} ${ending(values, false)}.`,
    write: (values, id, reason) =>
      stops(values, {
        id,
        reason,
        operations: values.privileges ? ['revoke', 'privilege'] : ['revoke'],
        when: [`${setOf(values.environments)}.contains(context.environment)`],
      }),
  }),
] as const
