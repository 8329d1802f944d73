/** Owns calls over one connection, and what their failures mean. */

import type {
  Client,
  Schema,
  SSEClientTransport,
  StreamableHTTPClientTransport,
} from "@modelcontextprotocol/sdk";
import type { JsonObject } from "../../model/mod.ts";
import type {
  McpAnswer,
  McpCall,
  McpClosing,
  McpConnection,
} from "../../ports/mod.ts";
import { explainHttp } from "./explain_http.ts";
import { followSignal } from "./follow_signal.ts";
import { NO_LIMIT_MS } from "./no_limit.ts";
import { within } from "./within.ts";
import type { ProcessTransport } from "./process_transport.ts";

type Sdk = typeof import("@modelcontextprotocol/sdk");

/** The way to a server. */
export type Route =
  | { readonly kind: "stdio"; readonly transport: ProcessTransport }
  | {
    readonly kind: "http";
    readonly transport: StreamableHTTPClientTransport;
  }
  | { readonly kind: "sse"; readonly transport: SSEClientTransport };

/** Answers of JSON-RPC that mean a tool which is not there, among other things. */
const METHOD_NOT_FOUND = -32601;
const INVALID_PARAMS = -32602;
/** The client's own: the transport has closed. */
const CONNECTION_CLOSED = -32000;
/** What the client puts before the words of a server. */
const CODE_REGEXP = /^MCP error -?\d+: /;
/** A server that answers page after page must not keep us. */
const TOOL_PAGES_MAX = 100;
const GOODBYE_MS = 500;

/** {@linkcode McpConnection} over the official client. */
export class ServerConnection implements McpConnection {
  readonly #sdk: Sdk;
  readonly #client: Client;
  readonly #route: Route;
  #isOpen = true;

  constructor(
    parts: {
      readonly sdk: Sdk;
      readonly client: Client;
      readonly route: Route;
    },
  ) {
    this.#sdk = parts.sdk;
    this.#client = parts.client;
    this.#route = parts.route;
  }

  get isOpen(): boolean {
    const { kind, transport } = this.#route;
    return this.#isOpen && (kind !== "stdio" || transport.ended === null);
  }

  async call(call: McpCall): Promise<McpAnswer> {
    const { signal } = call;
    if (signal.aborted) return { kind: "aborted" };
    try {
      const result = await this.#request(
        signal,
        {
          method: "tools/call",
          params: { name: call.tool, arguments: call.args },
        },
        { schema: this.#sdk.ResultSchema, call },
      );
      const isError = Boolean(result["isError"]);
      const missing = isError ? await this.#missing(call) : null;
      return missing ?? { kind: "result", result: result as JsonObject };
    } catch (error) {
      if (signal.aborted) return { kind: "aborted" };
      return await this.#explain(call, error);
    }
  }

  async close(how: McpClosing): Promise<void> {
    this.#isOpen = false;
    if (this.#route.kind === "stdio") {
      return await this.#route.transport.end(how);
    }
    // A server need not be told, but it may hold something for this session.
    if (this.#route.kind === "http" && how === "asked") {
      await within(GOODBYE_MS, this.#route.transport.terminateSession());
    }
    await this.#route.transport.close();
  }

  async #explain(call: McpCall, error: unknown): Promise<McpAnswer> {
    const { code } = error as { code?: unknown };
    const message = (error as Error).message.replace(CODE_REGEXP, "");
    if (this.#route.kind === "stdio" && this.#route.transport.ended !== null) {
      const { reason } = this.#route.transport;
      return { kind: "lost", reason: `it ${reason}`, isUnheard: false };
    }
    if (typeof code !== "number" || code === CONNECTION_CLOSED) {
      return { kind: "lost", reason: message, isUnheard: false };
    }
    if (code === METHOD_NOT_FOUND || code === INVALID_PARAMS) {
      const missing = await this.#missing(call);
      if (missing !== null) return missing;
    }
    // A session that the server has forgotten.
    if (code === 404) {
      return {
        kind: "lost",
        reason: explainHttp(code, message),
        isUnheard: true,
      };
    }
    return { kind: "refused", reason: explainHttp(code, message) };
  }

  /** Returns the answer for a tool that the server has not; `null` where it has it or does not say. */
  async #missing({ tool, signal }: McpCall): Promise<McpAnswer | null> {
    const tools: string[] = [];
    let cursor: string | undefined;
    try {
      for (let page = 0; page < TOOL_PAGES_MAX; page++) {
        const result = await this.#request(
          signal,
          { method: "tools/list", ...(cursor ? { params: { cursor } } : {}) },
          { schema: this.#sdk.ListToolsResultSchema },
        );
        tools.push(...result.tools.map(({ name }) => name));
        cursor = result.nextCursor;
        if (cursor === undefined) break;
      }
    } catch {
      if (signal.aborted) return { kind: "aborted" };
      return null;
    }
    return tools.includes(tool) ? null : { kind: "no-tool", tools };
  }

  async #request<T>(
    outer: AbortSignal,
    request: Parameters<Client["request"]>[0],
    { schema, call }: { readonly schema: Schema<T>; readonly call?: McpCall },
  ): Promise<T> {
    return await followSignal(
      outer,
      (signal) =>
        this.#client.request(request, schema, {
          signal,
          timeout: NO_LIMIT_MS,
          ...(call === undefined ? {} : {
            onprogress: ({ progress, total = null, message = null }) =>
              call.onProgress({ progress, total, message }),
          }),
        }),
    );
  }
}
