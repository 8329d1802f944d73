/** MCP servers: which ones a project has, and calling their tools during a run. */

export { McpConnections, type ToolCallEnd } from "./connections.ts";
export { readServers, type Servers, SERVERS_FILE } from "./read_servers.ts";
export { type ServerEntry, serverOf } from "./server_of.ts";
