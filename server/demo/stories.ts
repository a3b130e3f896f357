/** The tools of the demo agent's stories, as the catalogue knows them. */
export const storyTools = [
  {
    name: 'read_invoice',
    description: 'Reads an invoice that somebody forwarded.',
    classification: {
      operation: 'read',
      reversible: true,
      sensitivity: 'internal',
      parameters: { file: 'file' },
      sentence: 'Read the invoice {file}',
    },
  },
  {
    name: 'send_money',
    description: 'Sends a bank transfer.',
    classification: {
      operation: 'pay',
      reversible: true,
      sensitivity: 'confidential',
      parameters: { recipient: 'recipient', amount: 'amount', currency: 'currency', subject: 'subject', date: 'date' },
      sentence: 'Pay {amount} {currency} to {recipient}',
    },
  },
  {
    name: 'delete_customer_records',
    description: 'Deletes customer records for good.',
    classification: {
      operation: 'delete',
      reversible: false,
      sensitivity: 'confidential',
      parameters: { table: 'other', older_than: 'date', records: 'count' },
      sentence: 'Delete {records} records from {table}',
    },
  },
] as const
