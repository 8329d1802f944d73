/** `install.sh` against a loopback server: right file, right checksum, nothing else touched. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import {
  digestOf,
  fakeProgram,
  release,
  withMachine,
} from "../support/installer.ts";
import { withScratch } from "../support/scratch.ts";

const ROOT = decodeURIComponent(new URL("../../", import.meta.url).pathname);

Deno.test("install.sh: installs, upgrades, goes back, uninstalls", async () => {
  const files = {
    ...await release("latest", "2.0.0"),
    ...await release("v1.2.3", "1.2.3"),
  };
  await withMachine(files, async (machine) => {
    const at = "~/.local/bin";
    const notOnPath =
      `warning: ${at} is not on PATH. This line in the start-up file of your shell puts it there:\n` +
      `  export PATH="${at}:$PATH"\n`;
    assertEquals(await machine.install(["--version", "v1.2.3"]), {
      status: 0,
      stdout: `Installed ll-loop 1.2.3 as ${at}/ll-loop\n`,
      stderr: notOnPath,
    });
    const { mode } = await Deno.stat(`${machine.home}/.local/bin/ll-loop`);
    assertEquals((mode ?? 0) & 0o777, 0o755);
    assertEquals(machine.asked, [
      "/v1.2.3/SHA256SUMS",
      "/v1.2.3/ll-loop-linux-x64",
    ]);
    machine.env["PATH"] += `:${machine.home}/.local/bin/`;
    assertEquals(await machine.install(), {
      status: 0,
      stdout: `Installed ll-loop 2.0.0 as ${at}/ll-loop (before: 1.2.3)\n`,
      stderr: "",
    });
    assertEquals(await machine.install(["--version=1.2.3"]), {
      status: 0,
      stdout: `Installed ll-loop 1.2.3 as ${at}/ll-loop (before: 2.0.0)\n`,
      stderr: "",
    });
    assertEquals(machine.names(".local/bin"), ["ll-loop"]);
    assertEquals(await machine.install(["--uninstall"]), {
      status: 0,
      stdout: `Removed ${at}/ll-loop\n` +
        "Loops and runs are where they were, in the .loops folders of your projects\n",
      stderr: "",
    });
    assertEquals(machine.names(".local/bin"), []);
    assertEquals(await machine.install(["--uninstall"]), {
      status: 69,
      stdout: "",
      stderr:
        `error: There is no ll-loop in ${at}\nhint: --dir names another folder\n`,
    });
  });
});

Deno.test("install.sh: each platform gets its own file, an unknown one is refused", async () => {
  await withMachine(await release("latest", "2.0.0"), async (machine) => {
    machine.addProgram("tools/sysctl", "#!/bin/sh\nexit 1\n");
    const rows: [system: string, processor: string, file: string][] = [
      ["Linux", "x86_64", "ll-loop-linux-x64"],
      ["Linux", "aarch64", "ll-loop-linux-arm64"],
      ["Darwin", "x86_64", "ll-loop-macos-x64"],
      ["Darwin", "arm64", "ll-loop-macos-arm64"],
    ];
    const seen: string[] = [];
    for (const [system, processor] of rows) {
      machine.become(system, processor);
      const { status } = await machine.install(["--dir", "a folder"]);
      assertEquals(status, 0);
      seen.push(machine.asked.at(-1) ?? "");
    }
    assertEquals(seen, rows.map(([, , file]) => `/latest/${file}`));
    // A shell under Rosetta takes the processor for another one.
    machine.addProgram("tools/sysctl", "#!/bin/sh\necho 1\n");
    machine.become("Darwin", "x86_64");
    await machine.install(["--dir", "a folder"]);
    assertEquals(machine.asked.at(-1), "/latest/ll-loop-macos-arm64");

    const before = machine.asked.length;
    const refused: string[] = [];
    for (
      const [system, processor] of [
        ["Linux", "riscv64"],
        ["FreeBSD", "amd64"],
        ["MINGW64_NT-10.0", "x86_64"],
      ] as const
    ) {
      machine.become(system, processor);
      const { status, stdout, stderr } = await machine.install();
      assertEquals([status, stdout], [69, ""]);
      refused.push(stderr.split("\n")[0] ?? "");
    }
    assertEquals(refused, [
      'error: There is no ll-loop for Linux on "riscv64": wanted x86_64 or arm64',
      'error: There is no ll-loop for "FreeBSD": wanted Linux or macOS',
      "error: Windows has an installer of its own, install.ps1",
    ]);
    assertEquals(machine.asked.length, before);
  });
});

Deno.test("install.sh: what is not what was released is refused, and what was there stays", async () => {
  const whole = fakeProgram("2.0.0");
  const file = "ll-loop-linux-x64";
  const sums = async (text: string) => `${await digestOf(text)}  ${file}\n`;
  const dead = "#!/bin/sh\nexit 1\n";
  const files = {
    ...await release("v1.0.0", "1.0.0"),
    ...await release("v2.0.1", "2.0.1", { SHA256SUMS: await sums("other") }),
    ...await release("v2.0.2", "2.0.2", { SHA256SUMS: "" }),
    // Cut off on its way.
    ...await release("v2.0.3", "2.0.3", {
      SHA256SUMS: await sums(whole),
      [file]: whole.slice(0, 40),
    }),
    ...await release("v2.0.4", "2.0.4", {
      SHA256SUMS: await sums(dead),
      [file]: dead,
    }),
    "/v2.0.5/SHA256SUMS": await sums(whole),
  };
  await withMachine(files, async (machine) => {
    assertEquals((await machine.install(["--version", "1.0.0"])).status, 0);
    const said: Record<string, string> = {};
    for (const patch of [1, 2, 3, 4, 5, 6]) {
      const version = `2.0.${patch}`;
      const ended = await machine.install(["--version", version]);
      assertEquals([ended.status, ended.stdout], [69, ""], version);
      said[version] = ended.stderr.split("\n")
        .find((line) => line.startsWith("error: ")) ?? "";
      assertEquals(machine.names(".local/bin"), ["ll-loop"]);
      const kept = await Deno.readTextFile(
        `${machine.home}/.local/bin/ll-loop`,
      );
      assertEquals(kept, fakeProgram("1.0.0"));
    }
    const wrong = async (wanted: string, got: string) =>
      `error: The checksum of ${file} is wrong: wanted ${await digestOf(
        wanted,
      )}, got ${await digestOf(got)}. Nothing was installed`;
    assertEquals(said, {
      "2.0.1": await wrong("other", fakeProgram("2.0.1")),
      "2.0.2": `error: The release has no checksum of ${file}`,
      "2.0.3": await wrong(whole, whole.slice(0, 40)),
      "2.0.4":
        `error: ${file} does not start on this machine. Nothing was installed`,
      "2.0.5": `error: Cannot download <server>/v2.0.5/${file}`,
      "2.0.6": "error: Cannot download <server>/v2.0.6/SHA256SUMS",
    });
  });
});

Deno.test("install.sh: every other ll-loop on PATH is told, and none of another project is touched", async () => {
  await withMachine(await release("latest", "2.0.0"), async (machine) => {
    const theirs = "#!/usr/bin/env python3\nprint('theirs')\n";
    machine.addProgram("first/ll-loop", theirs);
    machine.addProgram("last/ll-loop", fakeProgram("1.0.0"));
    const { home } = machine;
    await Deno.symlink(`${home}/my bin`, `${home}/link`);
    machine.env["PATH"] =
      `${home}/first:${home}/tools:${home}/link::${home}/my bin:/usr/bin:/bin:${home}/last`;
    assertEquals(await machine.install(["--dir", "my bin"]), {
      status: 0,
      stdout: "Installed ll-loop 2.0.0 as ~/my bin/ll-loop\n",
      stderr:
        "warning: Another ll-loop (of another project) comes before it on PATH: ~/first/ll-loop\n" +
        "warning: Another ll-loop (a copy of this one) comes after it on PATH: ~/last/ll-loop\n",
    });
    assertEquals(await machine.install(["--dir", `${home}/first`]), {
      status: 73,
      stdout: "",
      stderr:
        "error: ~/first/ll-loop is of another project: it is left alone\n" +
        "hint: Remove it, or choose another folder with --dir\n",
    });
    assertEquals(
      await machine.install(["--uninstall", "--dir", `${home}/first`]),
      {
        status: 69,
        stdout: "",
        stderr:
          "error: ~/first/ll-loop is of another project: it is left alone\n",
      },
    );
    const kept = await Deno.readTextFile(`${home}/first/ll-loop`);
    assertEquals(kept, theirs);
  });
});

Deno.test("install.sh: wrong usage is told before anything is done", async () => {
  await withMachine(await release("latest", "2.0.0"), async (machine) => {
    const rows: [
      args: string[],
      env: Record<string, string | undefined>,
      status: number,
      stderr: string,
    ][] = [
      [
        ["--global"],
        {},
        64,
        'error: Unknown argument "--global", wanted "--version", "--dir" or "--uninstall"\n',
      ],
      [["--version"], {}, 64, 'error: Option "--version" needs a value\n'],
      [
        ["--version", "../../evil"],
        {},
        64,
        'error: Option "--version" takes a release such as 1.2.3, got "../../evil"\n',
      ],
      [
        [],
        { HOME: undefined },
        64,
        "error: HOME is not set: name a folder with --dir\n",
      ],
      [
        [],
        { LL_LOOP_RELEASES: undefined },
        69,
        "error: This copy of install.sh belongs to no release and does not know where they are\n" +
        "hint: Take the one of a release, or name the place in LL_LOOP_RELEASES\n",
      ],
      [
        ["--dir", "/dev/null/x"],
        {},
        73,
        "error: Cannot make the folder /dev/null/x\n",
      ],
    ];
    for (const [args, env, status, stderr] of rows) {
      assertEquals(await machine.install(args, env), {
        status,
        stdout: "",
        stderr,
      });
    }
    assertEquals(machine.asked, []);
    const help = await machine.install(["--help"]);
    assertEquals([help.status, help.stderr], [0, ""]);
    assertStringIncludes(help.stdout, "--uninstall");
  });
});

Deno.test("install.sh: half of it does nothing", async () => {
  await withScratch(async (home) => {
    const text = await Deno.readTextFile(`${ROOT}install.sh`);
    const calls = text.lastIndexOf("main ");
    const lines = text.slice(0, calls).split("\n");
    for (const count of [10, 60, 120, lines.length - 1]) {
      await Deno.writeTextFile(
        `${home}/half.sh`,
        lines.slice(0, count).join("\n"),
      );
      const { stdout } = await new Deno.Command("sh", {
        args: [`${home}/half.sh`],
        clearEnv: true,
        env: { HOME: home, PATH: "/usr/bin:/bin" },
      }).output();
      assertEquals(new TextDecoder().decode(stdout), "");
      const names = await Array.fromAsync(Deno.readDir(home));
      assertEquals(names.map(({ name }) => name), ["half.sh"]);
    }
  });
});

Deno.test("installers know the program by a mark that it has", async () => {
  const main = await Deno.readTextFile(`${ROOT}src/cli/mod.ts`);
  for (const name of ["install.sh", "install.ps1"]) {
    const text = await Deno.readTextFile(`${ROOT}${name}`);
    const [, mark = ""] = /mark ?= ?'([^']+)'/i.exec(text) ?? [];
    assert(mark !== "" && main.includes(`"${mark}"`), name);
  }
});
