/** The part of `@modelcontextprotocol/sdk` that this project uses, typed. */

/** A message of JSON-RPC 2.0. */
export type Message = Record<string, unknown>;

/** A way to a server, on which {@linkcode Client} sits. */
export interface Transport {
  start(): Promise<void>;
  send(message: Message): Promise<void>;
  close(): Promise<void>;
  onclose?: (() => void) | undefined;
  onerror?: ((error: Error) => void) | undefined;
  onmessage?: ((message: Message) => void) | undefined;
}

/** A check of a message's shape. */
export interface Schema<T> {
  readonly "~output"?: T;
}

/** Options of one request. */
export interface RequestOptions {
  signal?: AbortSignal;
  /** In ms; a longer one than a timer can take fires at once. */
  timeout?: number;
  onprogress?(
    progress: { progress: number; total?: number; message?: string },
  ): void;
}

/** Speaks the protocol; connecting negotiates its version. */
export class Client {
  constructor(
    info: { name: string; version: string },
    options: {
      capabilities: Record<string, never>;
      jsonSchemaValidator: object;
    },
  );
  onerror?: ((error: Error) => void) | undefined;
  connect(transport: Transport, options?: RequestOptions): Promise<void>;
  close(): Promise<void>;
  /** Answers what a server asks of its client and nobody has a handler for; may throw. */
  fallbackRequestHandler?:
    | ((request: { method: string }) => Promise<Record<string, unknown>>)
    | undefined;
  getServerCapabilities(): { tools?: unknown; logging?: unknown } | undefined;
  /** Rejects with an error that has a `code` where the server answered with one. */
  request<T>(
    request: { method: string; params?: Record<string, unknown> },
    schema: Schema<T>,
    options?: RequestOptions,
  ): Promise<T>;
  setNotificationHandler<T>(
    schema: Schema<T>,
    handler: (notification: T) => void,
  ): void;
}

/** Streamable HTTP. */
export class StreamableHTTPClientTransport implements Transport {
  constructor(url: URL, options: {
    requestInit: RequestInit;
    fetch?: typeof fetch;
  });
  start(): Promise<void>;
  send(message: Message): Promise<void>;
  close(): Promise<void>;
  /** Tells the server that the session is over. */
  terminateSession(): Promise<void>;
  onclose?: (() => void) | undefined;
  onerror?: ((error: Error) => void) | undefined;
  onmessage?: ((message: Message) => void) | undefined;
}

/** The transport before it: answers come by one stream that is held open. */
export class SSEClientTransport implements Transport {
  constructor(url: URL, options: { requestInit: RequestInit });
  start(): Promise<void>;
  send(message: Message): Promise<void>;
  close(): Promise<void>;
  onclose?: (() => void) | undefined;
  onerror?: ((error: Error) => void) | undefined;
  onmessage?: ((message: Message) => void) | undefined;
}

/** Any result, with all that is in it. */
export const ResultSchema: Schema<Record<string, unknown>>;

/** One page of a server's tools. */
export const ListToolsResultSchema: Schema<{
  tools: { name: string }[];
  nextCursor?: string;
}>;

/** What a server logs. */
export const LoggingMessageNotificationSchema: Schema<{
  params: { level: string; logger?: string; data: unknown };
}>;
