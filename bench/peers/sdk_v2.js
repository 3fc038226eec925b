// The smallest honest server on @modelcontextprotocol/server, revision 2026-07-28 without sessions: one
// echo tool. Usage: sdk_v2.js stdio | sdk_v2.js http PORT
import { createServer } from 'node:http';
import { toNodeHandler } from '@modelcontextprotocol/node';
import { createMcpHandler, McpServer } from '@modelcontextprotocol/server';
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import { z } from 'zod';

function makeServer() {
  const server = new McpServer({ name: 'peer-sdk-v2', version: '1.0.0' });
  server.registerTool(
    'echo',
    { description: 'Returns the text it is given.', inputSchema: z.object({ text: z.string() }) },
    ({ text }) => ({ content: [{ type: 'text', text }] }),
  );
  return server;
}

if (process.argv[2] === 'stdio') serveStdio(makeServer);
else createServer(toNodeHandler(createMcpHandler(makeServer))).listen(Number(process.argv[3]), '127.0.0.1');
