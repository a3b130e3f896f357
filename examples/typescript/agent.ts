import { Denied, Holdpoint } from '@holdpoint/sdk' // sdk/typescript
import { bank } from './bank.ts'

const holdpoint = new Holdpoint() // HOLDPOINT_URL, HOLDPOINT_KEY
const bill = { tool: 'send_money', params: { recipient: 'GB29NWBK60161331926819', amount: '98.70' } }
try {
  await holdpoint.gate(bill, bank.send, { key: 'bill-2026-11', onHeld: held => console.log(held.holdUrl) })
} catch (error) {
  if (!(error instanceof Denied)) throw error
  console.log(error.forModel) // one safe text for the model; nothing was sent
}
