import { z } from 'zod'
import { idSchema } from '@/lib/kernel/id-schema'
import * as contract from '@/lib/mcp/contract'
import { type AnyDoor, door } from '@/server/http/door'
import { addServer, changeServer, dropServer, testServer } from './servers'
import { showServer, showServers } from './views'

const path = '/api/console/mcp-servers'
const params = z.strictObject({ id: idSchema('mcp') })

/** MCP servers behind Holdpoint: agents reach all of them at `/mcp`. */
export const mcpDoors: readonly AnyDoor[] = [
  door({
    method: 'GET',
    path,
    summary: 'MCP servers behind Holdpoint, where clients connect to, and which commands may be started',
    who: 'registry.read',
    answer: contract.mcpServers,
    handle: async ({ app, by }) => ({ status: 200, body: await showServers(app, by) }),
  }),
  door({
    method: 'POST',
    path,
    summary: 'Put an MCP server behind Holdpoint: it is asked for its tools, which then wait to be classified',
    who: 'registry.write',
    body: contract.mcpServerBody,
    answer: contract.mcpServer,
    refuses: ['session.stale', 'mcp_server.exists', 'mcp_server.limit', 'mcp_server.unreachable'],
    handle: async ({ app, by }, { body }) => ({ status: 201, body: await addServer(app, by, body) }),
  }),
  door({
    method: 'GET',
    path: `${path}/{id}`,
    summary: 'One MCP server behind Holdpoint',
    who: 'registry.read',
    params,
    answer: contract.mcpServer,
    handle: async ({ app, by }, { params }) => ({ status: 200, body: await showServer(app, by, params.id) }),
  }),
  door({
    method: 'PUT',
    path: `${path}/{id}`,
    summary: 'Say anew where an MCP server is and how it is called; secrets that are named stay',
    who: 'registry.write',
    params,
    body: contract.mcpServerChange,
    answer: contract.mcpServer,
    refuses: ['session.stale', 'request.precondition_failed', 'mcp_server.unreachable'],
    handle: async ({ app, by, headers }, { params, body }) => ({
      status: 200,
      body: await changeServer(app, by, params.id, body, headers.get('if-match')),
    }),
  }),
  door({
    method: 'POST',
    path: `${path}/{id}/test`,
    summary: 'Ask an MCP server for its tools, now',
    who: 'registry.write',
    params,
    answer: contract.mcpServerTest,
    handle: async ({ app, by }, { params }) => ({ status: 200, body: await testServer(app, by, params.id) }),
  }),
  door({
    method: 'DELETE',
    path: `${path}/{id}`,
    summary: 'Take an MCP server away: no call goes there any more, and its secrets are gone',
    who: 'registry.write',
    params,
    answer: null,
    handle: async ({ app, by }, { params }) => {
      await dropServer(app, by, params.id)
      return { status: 204 }
    },
  }),
]
