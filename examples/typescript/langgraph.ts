import { Holdpoint } from '@holdpoint/sdk'
import { overseer } from '@holdpoint/sdk/langgraph'
import { AIMessage, ToolMessage } from '@langchain/core/messages'
import { fakeModel } from '@langchain/core/testing'
import {
  Command,
  END,
  INTERRUPT,
  interrupt,
  isInterrupted,
  MemorySaver,
  MessagesAnnotation,
  START,
  StateGraph,
} from '@langchain/langgraph'
import { bank } from './bank.ts'

/** Stands for a model: it wants to pay the bill, and then says what it was told. */
const bill = { recipient: 'GB29NWBK60161331926819', amount: '98.70' }
const model = fakeModel()
  .respondWithTools([{ id: 'call-1', name: 'send_money', args: bill }])
  .respond(messages => new AIMessage(messages.at(-1)?.text ?? ''))

const oversight = overseer(interrupt, {
  holdpoint: new Holdpoint(),
  task: 'langgraph-november',
  pauseAfterSeconds: 0,
  onHeld: held => console.log(held.holdUrl), // where people decide it
})
const callsOf = ({ messages }: typeof MessagesAnnotation.State) => {
  const last = messages.at(-1)
  return AIMessage.isInstance(last) ? (last.tool_calls ?? []) : []
}
const graph = new StateGraph(MessagesAnnotation)
  .addNode('model', async ({ messages }) => ({ messages: [await model.invoke(messages)] }))
  .addNode('pay', async state => {
    const [call] = callsOf(state)
    if (!call) return {}
    const said = await oversight.call(call, given => bank.send(given))
    return { messages: [new ToolMessage({ tool_call_id: call.id ?? '', content: said ?? 'done' })] }
  })
  .addEdge(START, 'model')
  .addConditionalEdges('model', state => (callsOf(state).length > 0 ? 'pay' : END))
  .addEdge('pay', 'model')
  .compile({ checkpointer: new MemorySaver() })

// With a checkpointer that stores, whoever goes on, today or next week, goes on from the thread's state.
const thread = { configurable: { thread_id: 'november' } }
let state = await graph.invoke({ messages: [{ role: 'user', content: 'Pay the November bill.' }] }, thread)
while (isInterrupted(state)) {
  const resume = await oversight.decisions(state[INTERRUPT])
  state = await graph.invoke(new Command({ resume }), thread)
}
console.log(state.messages.at(-1)?.text)
