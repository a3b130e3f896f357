import { connect } from 'node:net'
import { expect, it } from 'vitest'
import { serve } from '@/server/testing/outgoing'
import { headWithWords } from './head'

const head = 'HTTP/1.1 200 OK'
const words = 'data: said'

it('the head of an answer goes out with its first words, and by itself where those take longer', async () => {
  const say = Promise.withResolvers<void>()
  const { port } = await serve(async (request, response) => {
    headWithWords(response)
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.flushHeaders()
    if (request.url === '/late') await say.promise
    response.end(`${words}\n\n`)
  })
  const socket = connect(Number(port), '127.0.0.1').setEncoding('utf8')
  const pieces: string[] = []
  socket.on('data', (piece: string) => pieces.push(piece))
  socket.write('GET /soon HTTP/1.1\r\nhost: a\r\n\r\n')
  await expect.poll(() => pieces.join(''), { timeout: 20_000 }).toContain(words)
  expect(pieces[0]).toContain(head)
  expect(pieces[0]).toContain(words)
  pieces.length = 0
  socket.write('GET /late HTTP/1.1\r\nhost: a\r\n\r\n')
  await expect.poll(() => pieces.join(''), { timeout: 20_000 }).toContain(head)
  expect(pieces.join('')).not.toContain(words)
  say.resolve()
  await expect.poll(() => pieces.join(''), { timeout: 20_000 }).toContain(words)
  socket.destroy()
})
