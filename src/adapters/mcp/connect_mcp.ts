/** Owns connecting to a server: the official client over a process of ours or over HTTP. */

import type {
  ConnectMcp,
  McpConnected,
  McpOptions,
  McpServer,
} from "../../ports/mod.ts";
import { type Route, ServerConnection } from "./connection.ts";
import { explainHttp } from "./explain_http.ts";
import { refuser } from "./refuse_request.ts";
import { followSignal } from "./follow_signal.ts";
import { NO_LIMIT_MS } from "./no_limit.ts";
import { ProcessTransport } from "./process_transport.ts";

const CLIENT_NAME = "ll-loop";

/** Returns what connects to servers, which are told this program's version; see the port. */
export function makeConnectMcp(version: string): ConnectMcp {
  return (server, options) => connect(server, { ...options, version });
}

async function connect(
  server: McpServer,
  options: McpOptions & { readonly version: string },
): Promise<McpConnected> {
  const { signal } = options;
  if (signal.aborted) return { kind: "aborted" };
  // The client is heavy: only loops that call a tool pay for it.
  const sdk = await import("@modelcontextprotocol/sdk");
  const route = routeTo(server, { sdk, options });
  const client = new sdk.Client({
    name: CLIENT_NAME,
    version: options.version,
  }, {
    capabilities: {},
    // What a tool returns is judged by the loop, not by the schema of its server.
    jsonSchemaValidator: {},
  });
  const connection = new ServerConnection({ sdk, client, route });
  client.setNotificationHandler(
    sdk.LoggingMessageNotificationSchema,
    ({ params: { level, logger, data } }) => {
      const text = typeof data === "string" ? data : JSON.stringify(data);
      const from = logger === undefined ? level : `${level} ${logger}`;
      for (const line of text.split("\n")) options.onText(`[${from}] ${line}`);
    },
  );
  client.fallbackRequestHandler = refuser(options.onText);
  if (route.kind !== "stdio") route.transport.onmessage = options.onHeard;
  try {
    await followSignal(
      signal,
      (signal) =>
        client.connect(route.transport, { signal, timeout: NO_LIMIT_MS }),
    );
    return { kind: "connected", connection };
  } catch (error) {
    const failure: McpConnected = signal.aborted
      ? { kind: "aborted" }
      : whyNot(route, error);
    await connection.close("ended");
    return failure;
  }
}

function routeTo(
  server: McpServer,
  { sdk, options }: {
    readonly sdk: typeof import("@modelcontextprotocol/sdk");
    readonly options: McpOptions;
  },
): Route {
  if (server.kind === "stdio") {
    return { kind: "stdio", transport: new ProcessTransport(server, options) };
  }
  const url = new URL(server.url);
  const given = { requestInit: { headers: server.headers } };
  return server.kind === "sse"
    ? { kind: "sse", transport: new sdk.SSEClientTransport(url, given) }
    : {
      kind: "http",
      transport: new sdk.StreamableHTTPClientTransport(url, given),
    };
}

function whyNot(route: Route, error: unknown): McpConnected {
  const { code, message } = error as { code?: unknown; message: string };
  if (route.kind === "stdio") {
    const { ended, reason } = route.transport;
    const startError = ended?.startError ?? null;
    if (startError !== null) return { kind: "not-found", reason: startError };
    return {
      kind: "refused",
      reason: ended === null ? message : `it ${reason} before it was ready`,
    };
  }
  // What has no code did not come from a server.
  return typeof code === "number"
    ? { kind: "refused", reason: explainHttp(code, message) }
    : { kind: "not-found", reason: rootOf(error) };
}

/** Returns why a request failed: the runtime wraps the reason in what the request was about. */
function rootOf(error: unknown): string {
  const { cause, message } = error as Error;
  if (!(cause instanceof Error)) return message;
  const reason = cause.message.split(": ").at(-1) ?? "";
  return `nobody answers: ${reason.replace(/ \(os error \d+\)$/, "")}`;
}
