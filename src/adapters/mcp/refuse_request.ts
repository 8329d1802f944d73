/** Owns what a server may ask of its client: nothing, and that is said once in words of its own. */

/** Code of JSON-RPC for what the other side does not do. */
const METHOD_NOT_FOUND = -32601;

/** What is asked, and why it is not there. */
const WHY: { readonly [method: string]: string } = {
  "sampling/createMessage":
    "wants a model to answer something (sampling), and no model is lent to it",
  "elicitation/create":
    "wants somebody to answer something (elicitation), and nobody is there to be asked",
  "roots/list": "wants to know the folders of its client (roots)",
};

/** Returns the answer to requests of a server; `tell` gets a line the first time for each method. */
export function refuser(
  tell: (line: string) => void,
): (request: { readonly method: string }) => Promise<never> {
  const told = new Set<string>();
  return ({ method }) => {
    const why = Object.hasOwn(WHY, method)
      ? WHY[method]
      : `asks for ${JSON.stringify(method)}`;
    if (!told.has(method)) tell(`[refused] The server ${why}`);
    told.add(method);
    const error = new Error(`ll-loop does not do ${method}`);
    return Promise.reject(Object.assign(error, { code: METHOD_NOT_FOUND }));
  };
}
