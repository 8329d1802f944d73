/** What goes with a release beside programs: one version, whose work is inside, where it comes from. */

import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
} from "@std/assert";
import { parse } from "@std/yaml";
import { TARGETS } from "../../tools/build.ts";
import { readVersion } from "../../tools/bundle.ts";
import {
  billOfMaterials,
  findThirdParty,
  formatNotices,
} from "../../tools/third_party.ts";

const ROOT = new URL("../../", import.meta.url);

/** Files below `folder` that are the project's own, as paths from the root. */
function filesBelow(folder = ""): string[] {
  // `deno` is what .ci/end_to_end runs the tests with.
  const skipped = /^(?:\.git|dist|coverage|node_modules|\.loops)\/$|^deno$/;
  return [...Deno.readDirSync(new URL(folder || ".", ROOT))]
    .flatMap(({ name, isDirectory, isFile }) => {
      const path = folder + name;
      if (isDirectory) {
        return skipped.test(`${path}/`) ? [] : filesBelow(`${path}/`);
      }
      return isFile && !skipped.test(path) ? [path] : [];
    }).sort();
}

Deno.test("the version stands in deno.json and nowhere else", async () => {
  const version = await readVersion();
  assertMatch(version, /^\d+\.\d+\.\d+(?:-[0-9A-Za-z.]+)?$/);
  // Not as a part of another number. What a version has recorded keeps its name for ever.
  const text = new RegExp(`(?<![\\w.])v?${RegExp.escape(version)}(?![\\w.])`);
  const kept =
    /^(?:CHANGELOG\.md|tests\/golden\/.*|tests\/unit\/app\/journals_test\.ts)$/;
  const found = filesBelow().filter((path) =>
    !kept.test(path) &&
    text.test(Deno.readTextFileSync(new URL(path, ROOT)))
  );
  assertEquals(found, ["deno.json"]);
});

Deno.test("notices and bill of materials name every package in the program, with its licence", async () => {
  const packages = await findThirdParty();
  const names = packages.map(({ name }) => name);
  for (const name of ["deno-std", "yaml", "zod"]) {
    assert(names.includes(name), name);
  }
  const notices = formatNotices(packages);
  for (const { name, version, license, text, sha512 } of packages) {
    assert(notices.includes(`\n${name} ${version} (${license})\n`), name);
    assertMatch(text, /Copyright/, name);
    assert(notices.includes(text), name);
    assertMatch(sha512 ?? "", /^[0-9a-f]{128}$/, name);
  }
  // Short ones in the program itself, for whoever has only that.
  const bundler = await Deno.readTextFile(new URL("tools/bundle.ts", ROOT));
  const [, short = ""] = /const NOTICE = \[\n([\s\S]*?)\n\];/.exec(bundler) ??
    [];
  for (const name of names) {
    const word = name === "deno-std" ? "Deno standard library" : name;
    assert(
      short.includes(word),
      `${name} is not named at the top of ll-loop.js`,
    );
  }

  const bill = await billOfMaterials(packages, "2.0.0");
  const version = await readVersion();
  assertEquals(Object.keys(bill), [
    "bomFormat",
    "specVersion",
    "version",
    "metadata",
    "components",
    "dependencies",
  ]);
  const refs = [
    ...packages.map(({ name, version }) =>
      `pkg:npm/${name.replace("@", "%40")}@${version}`
    ),
    "pkg:github/denoland/deno@v2.0.0",
  ];
  assertEquals(bill["dependencies"], [
    { ref: `pkg:generic/ll-loop@${version}`, dependsOn: refs },
  ]);
});

Deno.test("the library is ready for JSR: its types are told, and nothing but it goes along", async () => {
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["publish", "--dry-run", "--allow-dirty", "--no-check"],
    cwd: ROOT,
    stdin: "null",
    stdout: "null",
    env: { NO_COLOR: "1" },
  }).output();
  const said = new TextDecoder().decode(stderr);
  assertEquals(code, 0, said);
  assertStringIncludes(said, `@ll-loop/ll-loop@${await readVersion()} with`);
  const tops = Array.from(
    said.replaceAll(ROOT.href, "").matchAll(
      /^ +(\S+?\/(?:\S+?\/)?|\S+) ?.*\(/gm,
    ),
    ([, top = ""]) => top,
  );
  assertEquals([...new Set(tops)], [
    ...["CHANGELOG.md", "LICENSE", "README.md", "deno.json", "deps/", "mod.ts"],
    ...["app", "check", "engine", "load", "model", "ports", "view"]
      .map((layer) => `src/${layer}/`),
  ]);
});

/** A job, as far as it is looked at. */
interface Job {
  readonly needs?: string | readonly string[];
  readonly permissions?: Readonly<Record<string, string>>;
  readonly strategy?: {
    readonly matrix: {
      readonly os?: readonly string[];
      readonly include?: readonly Readonly<Record<string, string>>[];
    };
  };
  readonly steps: readonly {
    readonly uses?: string;
    readonly run?: string;
    readonly with?: Readonly<Record<string, string>>;
  }[];
}

Deno.test("release: each executable is tried on a system of its own before anything may be published", async () => {
  const path = new URL(".github/workflows/release.yml", ROOT);
  const workflow = parse(await Deno.readTextFile(path)) as {
    on: unknown;
    permissions: unknown;
    jobs: Record<string, Job>;
  };
  assertEquals(workflow.on, { push: { tags: ["v*"] } });
  assertEquals(workflow.permissions, { contents: "read" });
  const { test, build, smoke, publish, ...others } = workflow.jobs;
  assert(test && build && smoke && publish);
  assertEquals(Object.keys(others), []);
  const systems = (job: Job) =>
    (job.strategy?.matrix.include ?? []).map(({ os = "" }) =>
      os.replace(/-.*/, "")
    );
  assertEquals([...new Set(systems(test))], ["ubuntu", "macos", "windows"]);
  assertEquals(
    smoke.strategy?.matrix.include?.map(({ file }) => file),
    TARGETS.map(({ file }) => file),
  );
  for (const { os = "", file = "" } of smoke.strategy?.matrix.include ?? []) {
    const system = os.replace(/-.*/, "").replace("ubuntu", "linux");
    assert(file.startsWith(`ll-loop-${system}-`), `${file} on ${os}`);
    // The images of macOS are for ARM unless they say otherwise, the others for x64.
    const isArm = system === "macos" ? !/intel/.test(os) : /arm/.test(os);
    assertEquals(file.includes("arm64"), isArm, `${file} on ${os}`);
  }
  assertEquals([smoke.needs, publish.needs], ["build", ["test", "smoke"]]);
  for (const [name, { permissions, steps }] of Object.entries(workflow.jobs)) {
    assertEquals(
      permissions,
      name === "publish"
        ? { contents: "write", "id-token": "write", attestations: "write" }
        : undefined,
      name,
    );
    for (const { uses, run = "" } of steps) {
      if (uses !== undefined) assertMatch(uses, /@[0-9a-f]{40}$/, uses);
      assert(!run.includes("${{"), `${name}: an expression in a script`);
    }
  }
});
