/** Owns what an answer by HTTP means that is no result. */

const SAID_CHARACTERS_MAX = 200;

/**
 * Returns why a server did not answer with a result, by the status of HTTP or the code of JSON-RPC.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(explainHttp(500, "Oh\nno"), "HTTP 500: Oh no");
 * assertEquals(explainHttp(-32603, "Internal error"), "Internal error");
 * ```
 */
export function explainHttp(code: number, message: string): string {
  const said = message.replace(/\s+/g, " ").slice(0, SAID_CHARACTERS_MAX)
    .trim();
  switch (code) {
    case 401:
      return "it wants to know who calls (HTTP 401): give a token in its headers, such as " +
        '"Authorization": "Bearer ${NAME}"; signing in by OAuth is not done here';
    case 403:
      return 'what its "headers" give is not enough for it (HTTP 403)';
    case 404:
    case 405:
      return `HTTP ${code}: there is no MCP server at that path, or one of the old transport ("type": "sse")`;
    default:
      return code >= 100 && code < 600 ? `HTTP ${code}: ${said}` : said;
  }
}
