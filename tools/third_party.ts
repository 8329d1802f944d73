/**
 * Owns what of others is in the program: the packages whose files the bundler takes, with their
 * licences, as notices for people and as a bill of materials (CycloneDX) for programs.
 */

import { bundle, readVersion } from "./bundle.ts";
import { ROOT, runDeno } from "./run_deno.ts";

/** A package of which something is in the program. */
export interface Package {
  readonly name: string;
  readonly version: string;
  /** Identifier of SPDX, as the package names it. */
  readonly license: string;
  /** The licence itself, with its copyright notice. */
  readonly text: string;
  /** SHA-512 of the published package in hexadecimal digits; `null` where it is not locked. */
  readonly sha512: string | null;
}

/** The runtime that executables are made of. It publishes what it is built of itself. */
const RUNTIME = {
  name: "deno",
  license: "MIT",
  holder: "2018-2026 the Deno authors",
  source: "https://github.com/denoland/deno",
};

/** Holders of the copyright in packages that say "MIT" and bring no text. */
const HOLDERS: Readonly<Record<string, string>> = {
  "deno-std": RUNTIME.holder,
};

/** How the bundler marks where a module comes from: `// …/npm/HOST/NAME/VERSION/FILE`. */
const ORIGIN_REGEXP =
  /^\s*\/\/ \S*?\/npm\/[^/\s]+\/((?:@[^/\s]+\/)?[^/\s]+)\/(\d[^/\s]*)\/\S+$/gm;

/**
 * Returns the packages, as `name@version`, that a bundle has modules of, sorted.
 */
export function packagesIn(text: string): string[] {
  const found = Array.from(
    text.matchAll(ORIGIN_REGEXP),
    ([, name = "", version = ""]) => `${name}@${version}`,
  );
  return [...new Set(found)].sort();
}

/**
 * Returns the packages that are in the program, those too that it loads late, by name.
 *
 * @throws {Error} for one whose licence is not known
 */
export async function findThirdParty(): Promise<Package[]> {
  const folder = await Deno.makeTempDir({ prefix: "ll-loop-notices-" });
  try {
    const output = `${folder}/everything.js`;
    const names = packagesIn(await bundle("main.ts", { output, flags: [] }));
    const { npmPackages } = JSON.parse(
      await runDeno(["info", "--json", "main.ts"]),
    );
    const { npm: locked } = JSON.parse(
      await Deno.readTextFile(new URL("deno.lock", ROOT)),
    );
    return await Promise.all(names.map((id) => {
      // Who takes a peer is listed with it: `NAME@VERSION_PEER@VERSION`.
      const key = Object.keys(npmPackages).find((each) =>
        each === id || each.startsWith(`${id}_`)
      );
      if (key === undefined) {
        throw new Error(`"${id}" is bundled, but no package of the program`);
      }
      const { localPath } = npmPackages[key];
      return readPackage(localPath, locked[key]?.integrity ?? null);
    }));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function readPackage(
  path: string,
  integrity: string | null,
): Promise<Package> {
  const { name, version, license } = JSON.parse(
    await Deno.readTextFile(`${path}/package.json`),
  );
  const entries = await Array.fromAsync(Deno.readDir(path));
  const file = entries.find(({ name }) => /^(licen[cs]e|copying)/i.test(name));
  const holder = HOLDERS[name];
  if (typeof license !== "string" || (file ?? holder) === undefined) {
    throw new Error(`The licence of "${name}" is not known`);
  }
  const text = file === undefined
    ? mitText(holder ?? "")
    : await Deno.readTextFile(`${path}/${file.name}`);
  const digest = /^sha512-(.+)$/.exec(integrity ?? "")?.[1];
  return {
    name,
    version,
    license,
    text: text.replaceAll("\r\n", "\n").trim(),
    sha512: digest === undefined ? null : Uint8Array.fromBase64(digest).toHex(),
  };
}

/** Returns the notices that go with a release. */
export function formatNotices(packages: readonly Package[]): string {
  const rule = "-".repeat(80);
  const section = (title: string, text: string): string =>
    `${rule}\n${title}\n${rule}\n\n${text}\n`;
  return [
    "ll-loop contains the work of others. Executables and ll-loop.js contain the packages below;\n" +
    `executables contain the runtime Deno (${RUNTIME.source}) as well, with what it is\n` +
    "built of, V8 among it; its project publishes the notices of those.\n",
    ...packages.map(({ name, version, license, text }) =>
      section(`${name} ${version} (${license})`, text)
    ),
    section(
      `${RUNTIME.name} (${RUNTIME.license}), in executables only`,
      mitText(RUNTIME.holder),
    ),
  ].join("\n");
}

/** Returns the bill of materials of a release: CycloneDX 1.5, the same for the same inputs. */
export async function billOfMaterials(
  packages: readonly Package[],
  runtimeVersion: string = Deno.version.deno,
): Promise<Record<string, unknown>> {
  const version = await readVersion();
  const own = `pkg:generic/ll-loop@${version}`;
  const components = [
    ...packages.map(({ name, version, license, sha512 }) => {
      const purl = `pkg:npm/${name.replace("@", "%40")}@${version}`;
      return {
        type: "library",
        "bom-ref": purl,
        name,
        version,
        purl,
        licenses: [{ license: { id: license } }],
        ...(sha512 === null
          ? {}
          : { hashes: [{ alg: "SHA-512", content: sha512 }] }),
      };
    }),
    {
      type: "platform",
      "bom-ref": `pkg:github/denoland/deno@v${runtimeVersion}`,
      name: RUNTIME.name,
      version: runtimeVersion,
      description: "Runtime, in executables only",
      purl: `pkg:github/denoland/deno@v${runtimeVersion}`,
      licenses: [{ license: { id: RUNTIME.license } }],
    },
  ];
  return {
    bomFormat: "CycloneDX",
    specVersion: "1.5",
    version: 1,
    metadata: {
      component: {
        type: "application",
        "bom-ref": own,
        name: "ll-loop",
        version,
        purl: own,
        licenses: [{ license: { id: "MIT" } }],
      },
    },
    components,
    dependencies: [
      { ref: own, dependsOn: components.map((each) => each["bom-ref"]) },
    ],
  };
}

function mitText(holder: string): string {
  return `MIT License

Copyright ${holder}

Permission is hereby granted, free of charge, to any person obtaining a copy
of this software and associated documentation files (the "Software"), to deal
in the Software without restriction, including without limitation the rights
to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
copies of the Software, and to permit persons to whom the Software is
furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all
copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE
SOFTWARE.`;
}
