/** What a client accepts that wants to know how far a long answer is. */
export const progressMedia = 'application/x-ndjson'

/**
 * Answers while it works, a line each: `{"progress": …}` for what the work yields, and `{"answer": …}` at its end. What it
 * refuses before it has yielded anything is refused as ever; whoever hangs up ends it.
 */
export async function progressOf<P, R>(
  work: AsyncGenerator<P, R, undefined>,
  answer: (result: R) => unknown,
): Promise<Response> {
  const encoder = new TextEncoder()
  const line = (step: IteratorResult<P, R>) =>
    encoder.encode(`${JSON.stringify(step.done ? { answer: answer(step.value) } : { progress: step.value })}\n`)
  const first = await work.next()
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(line(first))
      if (first.done) controller.close()
    },
    async pull(controller) {
      const step = await work.next()
      controller.enqueue(line(step))
      if (step.done) controller.close()
    },
    async cancel() {
      await work.throw(new Error('the client has hung up')).catch(() => undefined)
    },
  })
  return new Response(body, { headers: { 'content-type': progressMedia, 'x-accel-buffering': 'no' } })
}
