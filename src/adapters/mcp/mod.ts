/** Talking to MCP servers through the official client, which is loaded when the first one is. */

export { makeConnectMcp } from "./connect_mcp.ts";
