import { Holdpoint } from '@holdpoint/sdk'
import { overseer } from '@holdpoint/sdk/openai-agents'
import { Agent, RunState, run, setTracingDisabled, tool } from '@openai/agents'
import { assistantMessage, functionCall, modelResponder, ScriptedModel } from '@openai/agents/testing'
import { z } from 'zod'
import { bank } from './bank.ts'

setTracingDisabled(true)
/** Stands for a model: it wants to pay the bill, and then says what it was told. */
const bill = { recipient: 'GB29NWBK60161331926819', amount: '98.70' }
const model = new ScriptedModel([
  [functionCall('send_money', bill, { callId: 'call-1' })],
  modelResponder(({ request }) => [assistantMessage(JSON.stringify(request.input.at(-1)))]),
])

const oversight = overseer({
  holdpoint: new Holdpoint(),
  task: 'openai-agents-november',
  pauseAfterSeconds: 0,
  onHeld: held => console.log(held.holdUrl), // where people decide it
})
const sendMoney = tool(
  oversight.tool({
    name: 'send_money',
    description: 'Pay a bill',
    parameters: z.object({ recipient: z.string(), amount: z.string() }),
    execute: (bill: { recipient: string; amount: string }) => bank.send(bill),
  }),
)
const agent = new Agent({ name: 'Payer', model, tools: [sendMoney] })

let result = await run(agent, 'Pay the November bill.')
while (result.interruptions.length > 0) {
  // Here a serverless agent would store this text and end; whoever goes on, today or next week, goes on here.
  const stored = result.state.toString()
  const state = await RunState.fromString<undefined, typeof agent>(agent, stored)
  await oversight.decide(state)
  result = await run(agent, state)
}
console.log(result.finalOutput)
