import { anyOf, decimal, setOf } from './cedar-text'
import { relaxed } from './relaxed'
import { ending, kinds, listed, stopping, stoppingFields, stops, template } from './template'

const words = { once: '', day: ' within 24 hours', week: ' within 7 days', month: ' within 30 days' } as const

/** What goes to whom, and how much. */
export const moneyTemplates = [
  template({
    id: 'pay-over-limit',
    title: 'Payments over a limit',
    about: 'One payment, or all that an agent pays within a time, so that splitting does not pass.',
    shape: { ...stopping, limit: kinds.amount, window: kinds.window, currency: kinds.optional },
    fields: [
      { key: 'limit', kind: 'amount', label: 'Limit', value: '500.00' },
      { key: 'window', kind: 'window', label: 'Counted over', value: 'once' },
      {
        key: 'currency',
        kind: 'optional',
        label: 'Currency',
        hint: 'ISO 4217, such as EUR. Any other currency then counts as over the limit. Empty: whatever it is.',
        value: '',
      },
      ...stoppingFields('ask'),
    ],
    sentence: values =>
      `Payments over ${values.limit}${values.currency === '' ? '' : ` ${values.currency}, or in another currency`}${words[values.window]} ${ending(values)}.`,
    write: (values, id, reason) =>
      stops(values, {
        id,
        reason,
        operations: ['pay'],
        when: [
          anyOf([
            'context.amount_unreadable',
            ...(values.window === 'once'
              ? [`(context has amount && context.amount.greaterThan(${decimal(values.limit)}))`]
              : [`context.sum_${values.window}.greaterThan(${decimal(values.limit)})`]),
            ...(values.currency === ''
              ? []
              : [`!(context has currency && ${setOf([values.currency])}.contains(context.currency))`]),
          ]),
        ],
      }),
  }),
  template({
    id: 'recipient-not-asked',
    title: 'A recipient that is not in the person’s words',
    about: 'A recipient that the person never named may have come out of an invoice, a mail or a web page.',
    shape: { ...stopping, operations: kinds.operations, trusted: kinds.flag },
    fields: [
      { key: 'operations', kind: 'operations', label: 'What', value: ['pay', 'send'] },
      { key: 'trusted', kind: 'flag', label: 'Recipients that a trusted system names may pass', value: true },
      ...stoppingFields('ask'),
    ],
    sentence: values =>
      `To ${listed(values.operations, 'or')} to a recipient that ${values.trusted ? 'neither the person nor a trusted system' : 'the person never'} named ${ending(values, false)}.`,
    write: (values, id, reason) =>
      stops(values, {
        id,
        reason,
        operations: values.operations,
        when: [
          `!${setOf(['person', ...(values.trusted ? ['trusted'] : []), 'none'])}.contains(context.recipient_from)`,
        ],
      }),
  }),
  template({
    id: 'asked-for',
    title: 'What the person asked for goes on',
    about:
      'What the person’s own recorded words say need not be asked again: writing and secrets, sending to whom they named, and payments up to a limit to a recipient whom they named; other payments up to it need one approver. Never where a value came out of foreign text, and never deleting, deploying, privileges or anything outside scope.',
    shape: { limit: kinds.amount },
    fields: [{ key: 'limit', kind: 'amount', label: 'Payments up to', value: '2500.00' }],
    sentence: values =>
      `What the person asked for goes on; payments up to ${values.limit}, which need one approver when they go elsewhere.`,
    rewrite: (values, source) => relaxed(source, values.limit).source,
    write: (values, id, reason) => relaxed('', values.limit).permit(id, reason),
  }),
] as const
