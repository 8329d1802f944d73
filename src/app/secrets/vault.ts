/** Owns which values are secret, and the way from an opaque reference back to its value. */

import {
  type Json,
  type JsonObject,
  type Loop,
  mapTexts,
  maskTokens,
  replaceTokens,
  SECRET_REFERENCE_REGEXP,
  secretReference,
  type State,
  tokensIn,
  type Variables,
} from "../../model/mod.ts";
import type { Mask } from "../../ports/mod.ts";
import { makeMask } from "./mask.ts";
import {
  secretVariables,
  type SecretVariablesOptions,
} from "./secret_variables.ts";

/** Loops by id, as definitions hold them. */
type Loops = { readonly [id: string]: Loop };

/** Name in the reference to a secret that stands in the text of a loop; the next one is `token2`. */
const TOKEN_NAME = "token";

/**
 * The secrets of one run: environment variables that {@linkcode secretVariables} finds,
 * whatever stands under a name that any of its loops lists under `secrets`, and what looks like the token of a
 * well-known service wherever it stands in a loop.
 */
export class Vault {
  readonly #names = new Set<string>();
  /** Values of variables by name. */
  readonly #env = new Map<string, string>();
  /** What of them is masked in text. */
  readonly #hidden = new Set<string>();
  /** Values of context keys by the name in their reference. */
  readonly #context = new Map<string, string>();
  readonly #environment: Readonly<Record<string, string>>;
  readonly #variables: SecretVariablesOptions;
  #mask: Mask | null | undefined;

  constructor(
    environment: Readonly<Record<string, string>>,
    options: SecretVariablesOptions = { exists: () => false },
  ) {
    this.#environment = environment;
    this.#variables = options;
    for (const each of secretVariables(environment, options)) {
      this.#env.set(each.name, each.value);
      for (const text of each.hidden) this.#hidden.add(text);
    }
  }

  /** Hides the secrets in text; `null` where there are none. Grows with what is learned. */
  get mask(): Mask | null {
    this.#mask ??= makeMask([...this.#hidden, ...this.#context.values()]);
    return this.#mask;
  }

  /** Returns whether the value of a context key is never shown or stored. */
  isSecretKey(key: string): boolean {
    return this.#names.has(key);
  }

  /** Returns a variable as the engine may see it: its value, or a reference to it. */
  hideEnv(name: string, value: string): string {
    return this.#env.has(name) ? secretReference("env", name) : value;
  }

  /** Returns whether the value behind a reference is known. */
  canReveal(source: string, name: string): boolean {
    return (source === "env" ? this.#env : this.#context).has(name);
  }

  /** Takes the value of a context key back under the name that a reference has for it. */
  recall(name: string, value: string): void {
    this.#context.set(name, value);
    this.#mask = undefined;
  }

  /** Takes note of what is secret among variables that somebody else is given, for the mask. */
  hideVariables(variables: Readonly<Record<string, string>>): void {
    const found = secretVariables(variables, this.#variables)
      .flatMap(({ hidden }) => hidden);
    const listed = Object.entries(variables).flatMap(([name, value]) =>
      this.#names.has(name) && value !== "" ? [value] : []
    );
    for (const text of [...found, ...listed]) {
      if (this.#hidden.has(text)) continue;
      this.#hidden.add(text);
      this.#mask = undefined;
    }
  }

  /** Takes note of the secret values in a context, for the mask. */
  learn(context: JsonObject): void {
    this.hideContext(context);
  }

  /** Returns a context with references in the place of secret values, and takes note of them. */
  hideContext(context: JsonObject): JsonObject {
    return Object.fromEntries(
      Object.entries(context).map(([key, value]): [string, Json] => [
        key,
        this.#hide(key, value),
      ]),
    );
  }

  /**
   * Returns loops without the secret values in their contexts, in what they bind to sub-loops
   * and in the variables that they give. A name that one loop lists is secret in all of them.
   */
  hideLoops(loops: Loops): Loops {
    for (const loop of Object.values(loops)) {
      for (const name of loop.secrets) {
        this.#names.add(name);
        const value = this.#environment[name];
        if (value === undefined || value === "") continue;
        this.#env.set(name, value);
        this.#hidden.add(value);
      }
    }
    this.#mask = undefined;
    const givesVariables = Object.values(loops).some((loop) =>
      [loop, ...Object.values(loop.states)].some(({ env }) => env !== undefined)
    );
    const isPlain = this.#names.size === 0 && !givesVariables &&
      !hasTokens(loops as unknown as Json);
    if (isPlain) return loops;
    return mapValues(loops, (loop) => ({
      ...loop,
      ...this.#hideGiven(loop),
      description: maskTokens(loop.description),
      context: this.hideContext(loop.context),
      states: mapValues(loop.states, (state) => this.#hideState(state)),
    }));
  }

  /** Returns `text` with every reference replaced by the value that it stands for. */
  reveal(text: string): string {
    if (!text.includes("\u0000secret:")) return text;
    return text.replace(
      SECRET_REFERENCE_REGEXP,
      (_all, kind: string, name: string, quoted?: string) => {
        const value = (kind === "env" ? this.#env : this.#context).get(name) ??
          "";
        return quoted === undefined
          ? value
          : `'${value.replaceAll("'", `'"'"'`)}'`;
      },
    );
  }

  #hideState(state: State): State {
    const { action, stdin, evaluate } = state;
    return {
      ...state,
      ...this.#hideGiven(state),
      action: this.#hideTokens(action),
      stdin: this.#hideTokens(stdin),
      params: this.#hideTokens(state.params),
      evaluate: this.#hideTokens(
        evaluate as unknown as Json,
      ) as unknown as State["evaluate"],
      with: this.hideContext(state.with),
    };
  }

  #hideTokens<T extends Json>(value: T): T {
    return mapTexts(
      value,
      (text) => replaceTokens(text, (token) => this.#referToken(token)),
    ) as T;
  }

  #referToken(token: string): string {
    let name = TOKEN_NAME;
    for (let n = 2; (this.#context.get(name) ?? token) !== token; n++) {
      name = `${TOKEN_NAME}${n}`;
    }
    this.#context.set(name, token);
    this.#mask = undefined;
    return secretReference("context", name);
  }

  /** Variables are secret by their looks as well: those of a file are no other than those around it. */
  #hideGiven({ env }: { readonly env?: Variables }): {
    readonly env?: Variables;
  } {
    if (env === undefined) return {};
    const plain = Object.fromEntries(
      Object.entries(env).filter(([, text]) => !text.includes("${")),
    );
    const secret = new Set(
      secretVariables(plain, this.#variables).map(({ name }) => name),
    );
    return {
      env: mapEntries(
        env,
        (name, text) =>
          secret.has(name) || this.#names.has(name) || hasTokens(text)
            ? this.#refer(name, text) as string
            : text,
      ),
    };
  }

  #hide(key: string, value: Json): Json {
    if (hasTokens(value)) this.#names.add(key);
    return this.#names.has(key) ? this.#refer(key, value) : value;
  }

  #refer(key: string, value: Json): Json {
    if (value === null || value === "") return value;
    const text = typeof value === "string" ? value : JSON.stringify(value);
    // A template is filled in later, from values that are hidden themselves.
    if (text.includes("${") || text.includes("\u0000secret:")) return value;
    let name = key;
    for (let number = 2; (this.#context.get(name) ?? text) !== text; number++) {
      name = `${key}#${number}`;
    }
    this.#context.set(name, text);
    this.#mask = undefined;
    return secretReference("context", name);
  }
}

function hasTokens(value: Json): boolean {
  let has = false;
  mapTexts(value, (text) => {
    has ||= tokensIn(text).length > 0;
    return text;
  });
  return has;
}

function mapValues<T, U>(
  map: { readonly [key: string]: T },
  change: (value: T) => U,
): { readonly [key: string]: U } {
  return mapEntries(map, (_key, value) => change(value));
}

function mapEntries<T, U>(
  map: { readonly [key: string]: T },
  change: (key: string, value: T) => U,
): { readonly [key: string]: U } {
  return Object.fromEntries(
    Object.entries(map).map(([key, value]) => [key, change(key, value)]),
  );
}
