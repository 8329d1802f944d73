// @ts-self-types="./mcp.d.ts"
export { Client } from "npm:@modelcontextprotocol/sdk@1.32.2/client/index.js";
export { SSEClientTransport } from "npm:@modelcontextprotocol/sdk@1.32.2/client/sse.js";
export { StreamableHTTPClientTransport } from "npm:@modelcontextprotocol/sdk@1.32.2/client/streamableHttp.js";
export {
  ListToolsResultSchema,
  LoggingMessageNotificationSchema,
  ResultSchema,
} from "npm:@modelcontextprotocol/sdk@1.32.2/types.js";
