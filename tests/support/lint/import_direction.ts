/**
 * Lint plugin that keeps the layers of `src/` apart: which layer may import which, that
 * folders are entered through their `mod.ts`, and that only adapters touch the world.
 */

/** What one layer may import besides itself. */
interface Layer {
  readonly layers: readonly string[];
  /** Layers of which it may import types only. */
  readonly types?: readonly string[];
  /** Packages by the name before the first `/` that is no scope's. */
  readonly packages: readonly string[];
}

const LAYERS: Readonly<Record<string, Layer>> = {
  model: { layers: [], packages: ["zod"] },
  ports: { layers: ["model"], packages: [] },
  load: {
    layers: ["model", "ports"],
    packages: ["@std/yaml", "@std/path", "zod", "yaml"],
  },
  check: { layers: ["model", "load"], packages: [] },
  engine: { layers: ["model"], packages: [] },
  view: { layers: ["model"], packages: [] },
  app: {
    layers: ["engine", "check", "load", "view", "ports", "model"],
    packages: ["@std/path"],
  },
  adapters: {
    layers: ["ports", "model"],
    packages: ["@std/path", "@modelcontextprotocol/sdk"],
  },
  cli: {
    layers: ["app", "view", "model"],
    types: ["ports"],
    packages: ["@std/cli"],
  },
};

/** The one layer that may touch the world. */
const WORLDLY_LAYER = "adapters";
/** Texts outside of `src/` that a layer embeds: the adapters loops and their schema, the command line pages. */
const EMBEDDED: Readonly<Record<string, readonly string[]>> = {
  adapters: ["loops/", "schema/"],
  cli: ["docs/"],
};

const SHIMS_FOLDER = "deps/";

/** Names of the runtime that reach the world, each with what to use instead. */
const AMBIENT_NAMES: ReadonlyMap<string, string> = new Map([
  ["Deno", "a port"],
  ["process", "a port"],
  ["Buffer", "Uint8Array"],
  ["globalThis", "the name itself"],
  ["performance", "the clock port"],
  ["setTimeout", "the clock port"],
  ["setInterval", "the clock port"],
  ["crypto", "a port"],
  ["fetch", "a port"],
  ["WebSocket", "a port"],
  ["Worker", "a port"],
  ["navigator", "the system port"],
  ["localStorage", "a port"],
]);

/** Members of harmless names that reach the world. */
const AMBIENT_MEMBERS: ReadonlyMap<string, string> = new Map([
  ["Date.now", "the clock port"],
  ["Math.random", "the system port"],
  ["AbortSignal.timeout", "the clock port"],
  ["Temporal.Now", "the clock port"],
]);

const ROOT_PATH = decodeURIComponent(
  new URL("../../../", import.meta.url).pathname,
);

/** Returns `filename` relative to the project, with forward slashes. */
function projectPath(filename: string): string {
  const path = filename.replaceAll("\\", "/");
  const root = ROOT_PATH.replace(/^\/(?=[A-Za-z]:)/, "");
  return path.startsWith(root) ? path.slice(root.length) : path;
}

/** Returns the layer of a path relative to the project; `null` outside of `src/`. */
function layerOf(path: string): string | null {
  return /^src\/([^/]+)\//.exec(path)?.[1] ?? null;
}

/** Returns where the relative `specifier` in the file `from` points to, relative to the project. */
function resolvePath(from: string, specifier: string): string {
  const parts = from.split("/").slice(0, -1);
  for (const part of specifier.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== ".") parts.push(part);
  }
  return parts.join("/");
}

function packageOf(specifier: string): string {
  const depth = specifier.startsWith("@") ? 2 : 1;
  return specifier.split("/").slice(0, depth).join("/");
}

/** One import, re-export, dynamic import or type import. */
interface Use {
  readonly node: Deno.lint.Node;
  readonly specifier: string;
  readonly isTypeOnly: boolean;
}

/** Returns the visitor that calls `report` for each use of another module. */
function visitImports(report: (use: Use) => void): Deno.lint.LintVisitor {
  return {
    ImportDeclaration(node) {
      const isTypeOnly = node.importKind === "type" ||
        node.specifiers.length > 0 &&
          node.specifiers.every((one) =>
            one.type === "ImportSpecifier" && one.importKind === "type"
          );
      report({ node, specifier: node.source.value, isTypeOnly });
    },
    ExportNamedDeclaration(node) {
      if (node.source === null) return;
      const isTypeOnly = node.exportKind === "type";
      report({ node, specifier: node.source.value, isTypeOnly });
    },
    ExportAllDeclaration(node) {
      const isTypeOnly = node.exportKind === "type";
      report({ node, specifier: node.source.value, isTypeOnly });
    },
    ImportExpression(node) {
      const { source } = node;
      if (source.type === "Literal" && typeof source.value === "string") {
        report({ node, specifier: source.value, isTypeOnly: false });
      }
    },
    // The types of the lint interface do not tell what the argument holds.
    TSImportType(node) {
      const { literal } = node.argument as unknown as Deno.lint.TSLiteralType;
      if (literal.type === "Literal" && typeof literal.value === "string") {
        report({ node, specifier: literal.value, isTypeOnly: true });
      }
    },
  };
}

/** Returns what is wrong with `use` in the file at `path` of `layer`; `null` when nothing is. */
function faultOfDirection(
  { specifier, isTypeOnly }: Use,
  { path, layer }: { readonly path: string; readonly layer: string | null },
): string | null {
  if (/^[A-Za-z][\w+.-]*:|^\//.test(specifier)) {
    return `"${specifier}" names its origin, wanted a bare name of the import map`;
  }
  if (layer === null) return null;
  const allowed = LAYERS[layer];
  if (allowed === undefined) {
    return `Layer "${layer}" has no row in the table of layers`;
  }
  if (!specifier.startsWith(".")) {
    if (allowed.packages.includes(packageOf(specifier))) return null;
    return `"${layer}" imports package "${specifier}", wanted ${
      listOf(allowed.packages)
    }`;
  }
  const target = resolvePath(path, specifier);
  const other = layerOf(target);
  if (other === layer || other !== null && allowed.layers.includes(other)) {
    return null;
  }
  if (other !== null && allowed.types?.includes(other)) {
    return isTypeOnly
      ? null
      : `"${layer}" imports values of "${other}", wanted types only`;
  }
  const embedded = EMBEDDED[layer];
  if (embedded?.some((folder) => target.startsWith(folder))) return null;
  return `"${layer}" imports "${other ?? target}", wanted ${
    listOf([...allowed.layers, ...allowed.types ?? []])
  }`;
}

function listOf(names: readonly string[]): string {
  if (names.length === 0) return "none";
  return names.map((name) => `"${name}"`).join(", ");
}

const importDirection: Deno.lint.Rule = {
  create(ctx) {
    const path = projectPath(ctx.filename);
    const layer = layerOf(path);
    // The one place that says where packages come from.
    if (path.startsWith(SHIMS_FOLDER)) return {};
    const visitor = visitImports((use) => {
      const message = faultOfDirection(use, { path, layer });
      if (message !== null) ctx.report({ node: use.node, message });
    });
    if (layer === null) return visitor;
    return {
      ...visitor,
      "ImportExpression[source.type!='Literal']"(node: Deno.lint.Node) {
        ctx.report({
          node,
          message: "Computed import, wanted a specifier that can be checked",
        });
      },
    };
  },
};

const throughMod: Deno.lint.Rule = {
  create(ctx) {
    const path = projectPath(ctx.filename);
    // Such a test mirrors one file and may look inside of its folder.
    if (/^tests\/(unit|processes|proof)\//.test(path)) return {};
    return visitImports(({ node, specifier }) => {
      if (!specifier.startsWith(".")) return;
      const target = resolvePath(path, specifier);
      if (!target.startsWith("src/") || target.endsWith("/mod.ts")) return;
      // Files beside and below, and files of the folders around, are inside.
      const isInside = specifier.startsWith("./") ||
        /^(\.\.\/)+[^/]+$/.test(specifier);
      if (path.startsWith("src/") && isInside) return;
      const folder = target.slice(0, target.lastIndexOf("/"));
      ctx.report({
        node,
        message:
          `"${target}" is inside of its folder, wanted "${folder}/mod.ts"`,
      });
    });
  },
};

const noAmbient: Deno.lint.Rule = {
  create(ctx) {
    const path = projectPath(ctx.filename);
    const layer = layerOf(path);
    const isPure = layer === null ? path === "mod.ts" : layer !== WORLDLY_LAYER;
    if (!isPure) return {};
    const report = (node: Deno.lint.Node, name: string, instead: string) =>
      ctx.report({
        node,
        message:
          `"${name}" reaches the world outside of "${WORLDLY_LAYER}", wanted ${instead}`,
      });
    return {
      // Also where it is a name of the file's own: one word, one meaning.
      Identifier(node) {
        const instead = AMBIENT_NAMES.get(node.name);
        if (instead !== undefined && !isLabel(node)) {
          report(node, node.name, instead);
        }
      },
      MemberExpression(node) {
        const { object, property } = node;
        if (object.type !== "Identifier" || property.type !== "Identifier") {
          return;
        }
        const name = `${object.name}.${property.name}`;
        const instead = AMBIENT_MEMBERS.get(name);
        if (instead !== undefined) report(node, name, instead);
      },
      NewExpression(node) {
        if (isDate(node.callee) && node.arguments.length === 0) {
          report(node, "new Date()", "the clock port");
        }
      },
      CallExpression(node) {
        if (isDate(node.callee)) {
          report(node, "Date()", "the clock port");
        }
      },
      MetaProperty(node) {
        report(node, "import.meta", "a port");
      },
    };
  },
};

function isDate(callee: Deno.lint.Node): boolean {
  return callee.type === "Identifier" && callee.name === "Date";
}

/** Nodes with a `key` or `property` that is only a word unless it is computed. */
const LABELLED_TYPES: ReadonlySet<string> = new Set([
  "MemberExpression",
  "Property",
  "PropertyDefinition",
  "MethodDefinition",
  "TSPropertySignature",
  "TSMethodSignature",
]);

/** Returns whether the identifier is only the label of a member, as in `x.fetch`. */
function isLabel(node: Deno.lint.Identifier): boolean {
  const parent = node.parent as unknown as
    | Record<string, Deno.lint.Node | undefined> & {
      readonly type: string;
      readonly computed?: unknown;
    }
    | undefined;
  if (parent === undefined || !LABELLED_TYPES.has(parent.type)) return false;
  // A shorthand names the variable as well.
  if (parent.computed === true || Boolean(parent["shorthand"])) return false;
  const label = parent["property"] ?? parent["key"];
  return label?.range[0] === node.range[0];
}

const plugin: Deno.lint.Plugin = {
  name: "layers",
  rules: {
    "import-direction": importDirection,
    "through-mod": throughMod,
    "no-ambient": noAmbient,
  },
};

export default plugin;
