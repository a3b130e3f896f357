import { Holdpoint } from '@holdpoint/sdk'
import { overseen } from '@holdpoint/sdk/ai-sdk'
import { generateText, isStepCount, type ModelMessage, tool } from 'ai'
import { MockLanguageModelV4 } from 'ai/test'
import { z } from 'zod'
import { bank } from './bank.ts'

/** Stands for a model: it wants to pay the bill, and then says what it was told. */
const model = new MockLanguageModelV4({
  async doGenerate({ prompt }) {
    const last = prompt.at(-1)
    const told = last?.role === 'tool' ? JSON.stringify(last.content) : null
    const bill = { recipient: 'GB29NWBK60161331926819', amount: '98.70' }
    const call = {
      type: 'tool-call',
      toolCallId: 'call-1',
      toolName: 'send_money',
      input: JSON.stringify(bill),
    } as const
    const none = { total: 0, noCache: 0, cacheRead: 0, cacheWrite: 0, text: 0, reasoning: 0 }
    return {
      content: [told === null ? call : { type: 'text', text: told }],
      finishReason: { unified: told === null ? 'tool-calls' : 'stop', raw: undefined },
      usage: { inputTokens: none, outputTokens: none },
      warnings: [],
    }
  },
})

const { tools, toolApproval, decisions } = overseen(
  {
    send_money: tool({
      description: 'Pay a bill',
      inputSchema: z.object({ recipient: z.string(), amount: z.string() }),
      execute: bill => bank.send(bill),
    }),
  },
  {
    holdpoint: new Holdpoint(),
    task: 'ai-sdk-november',
    pauseAfterSeconds: 0,
    onHeld: held => console.log(held.holdUrl), // where people decide it
  },
)

const messages: ModelMessage[] = [{ role: 'user', content: 'Pay the November bill.' }]
for (;;) {
  const result = await generateText({ model, tools, toolApproval, messages, stopWhen: isStepCount(5) })
  messages.push(...result.responseMessages)
  // Here a serverless agent would store `messages` and end; whoever goes on, today or next week, goes on here.
  const decided = await decisions(result.content)
  if (decided === null) {
    console.log(result.text)
    break
  }
  messages.push(decided)
}
