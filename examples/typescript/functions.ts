import { Denied, guarded, Holdpoint } from '@holdpoint/sdk' // sdk/typescript
import { bank } from './bank.ts'

const holdpoint = new Holdpoint() // HOLDPOINT_URL, HOLDPOINT_KEY
const sendMoney = guarded(holdpoint, 'send_money', bank.send, {
  key: bill => `guarded-${bill.recipient}-${bill.amount}`,
  onHeld: held => console.log(held.holdUrl), // where people decide it
})
try {
  await sendMoney({ recipient: 'GB29NWBK60161331926819', amount: '98.70' })
} catch (error) {
  if (!(error instanceof Denied)) throw error
  console.log(error.forModel)
}
