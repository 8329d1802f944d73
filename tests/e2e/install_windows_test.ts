/**
 * `install.ps1` against a loopback server, by a PowerShell for Linux that is told to be on Windows.
 * LL_PWSH names one that is not on PATH.
 */

import { assert, assertEquals, assertMatch } from "@std/assert";
import {
  CUT_OFF,
  digestOf,
  fakeProgram,
  type Installed,
  type Machine,
  release,
  withMachine,
} from "../support/installer.ts";
import { findPowershell } from "../support/installed.ts";

const SCRIPT = decodeURIComponent(
  new URL("../../install.ps1", import.meta.url).pathname,
);
const POWERSHELL = findPowershell("install.ps1");

const FILE = "ll-loop-windows-x64.exe";
const AT = "~/My Local/Programs/ll-loop";
const PROGRAM = `${AT}/ll-loop.exe`;
const IN_WSL =
  "Loops with actions run in WSL only, where install.sh is the right installer\n";

type Environment = Readonly<Record<string, string | undefined>>;

/** Returns what a Windows of a user of that machine has set. */
function windows(machine: Machine): Environment {
  return {
    OS: "Windows_NT",
    PROCESSOR_ARCHITECTURE: "AMD64",
    LOCALAPPDATA: `${machine.home}/My Local`,
    NO_COLOR: "1",
    POWERSHELL_TELEMETRY_OPTOUT: "1",
    POWERSHELL_UPDATECHECK: "Off",
  };
}

/** Runs PowerShell on that machine. */
async function powershell(
  machine: Machine,
  args: readonly string[],
  env: Environment = {},
): Promise<Installed> {
  return await machine.run(
    POWERSHELL ?? "pwsh",
    ["-NoLogo", "-NoProfile", "-NonInteractive", ...args],
    { ...windows(machine), ...env },
  );
}

/** Runs the installer as a file. */
async function install(
  machine: Machine,
  args: readonly string[] = [],
  env: Environment = {},
): Promise<Installed> {
  return await powershell(machine, ["-File", SCRIPT, ...args], env);
}

/** What is printed when that text has become that program. */
async function installed(text: string, program = PROGRAM): Promise<string> {
  return `Installed ${FILE} as ${program}, SHA-256 ${await digestOf(
    text,
  )}\n${IN_WSL}`;
}

/** What is printed when a folder is not on PATH; `quoted` is how PowerShell writes it. */
function notOnPath(folder = AT, quoted = folder): string {
  return `warning: ${folder} is not on PATH. This line puts it there for new windows:\n` +
    `  [Environment]::SetEnvironmentVariable('PATH', '${quoted};' + ` +
    "[Environment]::GetEnvironmentVariable('PATH', 'User'), 'User')\n";
}

function windowsTest(name: string, fn: () => Promise<void>): void {
  Deno.test({
    name: `install.ps1: ${name}`,
    ignore: POWERSHELL === null,
    fn,
  });
}

windowsTest("installs, upgrades, goes back, uninstalls", async () => {
  const files = {
    ...await release("latest", "2.0.0"),
    ...await release("v1.2.3", "1.2.3"),
  };
  await withMachine(files, async (machine) => {
    const folder = "My Local/Programs/ll-loop";
    assertEquals(await install(machine, ["-Version", "v1.2.3"]), {
      status: 0,
      stdout: await installed(fakeProgram("1.2.3")),
      stderr: notOnPath(),
    });
    assertEquals(machine.asked, ["/v1.2.3/SHA256SUMS", `/v1.2.3/${FILE}`]);
    // Left by an upgrade while the program ran.
    machine.addProgram(`${folder}/.ll-loop-1.old`, fakeProgram("0.0.9"));
    machine.env["PATH"] += `:"${machine.home}/${folder}/"`;
    assertEquals(await install(machine), {
      status: 0,
      stdout: await installed(fakeProgram("2.0.0")),
      stderr: "",
    });
    assertEquals(machine.asked.slice(2), [
      "/latest/SHA256SUMS",
      `/latest/${FILE}`,
    ]);
    assertEquals(machine.names(folder), ["ll-loop.exe"]);
    assertEquals(await install(machine, ["-Version", "1.2.3"]), {
      status: 0,
      stdout: await installed(fakeProgram("1.2.3")),
      stderr: "",
    });
    assertEquals(machine.names(folder), ["ll-loop.exe"]);
    assertEquals(await install(machine, ["-Uninstall"]), {
      status: 0,
      stdout: `Removed ${PROGRAM}\n` +
        "Loops and runs are where they were, in the .loops folders of your projects\n",
      stderr: "",
    });
    assertEquals(machine.names(folder), []);
    assertEquals(await install(machine, ["-Uninstall"]), {
      status: 69,
      stdout: "",
      stderr:
        `error: There is no ${PROGRAM}\nhint: -Dir names another folder\n`,
    });
  });
});

windowsTest(
  "each processor that runs the file gets it, others are refused",
  async () => {
    await withMachine(await release("latest", "2.0.0"), async (machine) => {
      // A 32-bit shell says what it is itself first, and then on what it runs.
      const rows: [env: Environment, error: string | null][] = [
        [{ PROCESSOR_ARCHITECTURE: "ARM64" }, null],
        [
          { PROCESSOR_ARCHITECTURE: "x86", PROCESSOR_ARCHITEW6432: "AMD64" },
          null,
        ],
        [
          { PROCESSOR_ARCHITECTURE: "x86" },
          'There is no ll-loop for Windows on "x86": wanted AMD64 or ARM64',
        ],
        [
          { PROCESSOR_ARCHITECTURE: undefined },
          'There is no ll-loop for Windows on "": wanted AMD64 or ARM64',
        ],
        [
          { OS: undefined, LOCALAPPDATA: undefined },
          "This installer is for Windows\nhint: Linux and macOS have install.sh",
        ],
      ];
      for (const [env, error] of rows) {
        const before = machine.asked.length;
        const ended = await install(machine, [], env);
        assertEquals(
          [ended.status, ended.stderr, machine.asked.length - before],
          error === null ? [0, notOnPath(), 2] : [69, `error: ${error}\n`, 0],
        );
      }
    });
  },
);

windowsTest(
  "what is not what was released is refused, and what was there stays",
  async () => {
    const whole = fakeProgram("2.0.0");
    const sums = async (text: string) => `${await digestOf(text)}  ${FILE}\n`;
    const files = {
      ...await release("v1.0.0", "1.0.0"),
      ...await release("v2.0.1", "2.0.1", { SHA256SUMS: await sums("other") }),
      ...await release("v2.0.2", "2.0.2", { SHA256SUMS: "\nother\n" }),
      ...await release("v2.0.3", "2.0.3", {
        SHA256SUMS: (await sums(whole)).toUpperCase().replace("LL-", " *ll-")
          .replace("LOOP-WINDOWS-X64.EXE", FILE.slice(3)),
        [FILE]: whole.slice(0, 40),
      }),
      "/v2.0.4/SHA256SUMS": await sums(whole),
      [`/v2.0.4/${FILE}`]: CUT_OFF,
      "/v2.0.5/SHA256SUMS": await sums(whole),
    } as const;
    await withMachine(files, async (machine) => {
      const folder = "My Local/Programs/ll-loop";
      assertEquals((await install(machine, ["-Version", "1.0.0"])).status, 0);
      const wrong = async (wanted: string, got: string) =>
        `The checksum of ${FILE} is wrong: wanted ${await digestOf(
          wanted,
        )}, got ${await digestOf(got)}. Nothing was installed`;
      const rows: [patch: number, error: string | RegExp][] = [
        [1, await wrong("other", fakeProgram("2.0.1"))],
        [2, `The release has no checksum of ${FILE}`],
        [3, await wrong(whole, whole.slice(0, 40))],
        [
          4,
          /^Cannot download <server>\/v2\.0\.4\/ll-loop-windows-x64\.exe: \S/,
        ],
        [5, /^Cannot download <server>\/v2\.0\.5\/ll-loop-wind.*exe: .*404/],
        [6, /^Cannot download <server>\/v2\.0\.6\/SHA256SUMS: .*404/],
      ];
      for (const [patch, error] of rows) {
        const ended = await install(machine, ["-Version", `2.0.${patch}`]);
        const [line = "", hint = ""] = ended.stderr.split("\n");
        assertEquals([ended.status, ended.stdout], [69, ""], ended.stderr);
        if (typeof error === "string") assertEquals(line, `error: ${error}`);
        else assertMatch(line.replace(/^error: /, ""), error);
        if (patch === 6) {
          assertEquals(
            hint,
            'hint: Is there a release "2.0.6", and a network?',
          );
        }
        assertEquals(machine.names(folder), ["ll-loop.exe"]);
        assertEquals(
          await Deno.readTextFile(`${machine.home}/${folder}/ll-loop.exe`),
          fakeProgram("1.0.0"),
        );
      }
    });
  },
);

windowsTest(
  "every other ll-loop on PATH is told, and none of another project is touched",
  async () => {
    await withMachine(await release("latest", "2.0.0"), async (machine) => {
      const { home } = machine;
      machine.addProgram("first/ll-loop.exe", "theirs");
      machine.addProgram("first/ll-loop.cmd", "theirs");
      machine.addProgram("last/ll-loop.exe", fakeProgram("1.0.0"));
      const name = "O'Brien's $HOME [x]";
      machine.env["PATH"] =
        `"${home}/first": :/no/such/folder:${home}/${name}:/usr/bin:/bin:${home}/last`;
      const other =
        "warning: Another ll-loop (of another project) comes before it on PATH: ~/first/ll-loop";
      assertEquals(await install(machine, ["-Dir", name]), {
        status: 0,
        stdout: await installed(
          fakeProgram("2.0.0"),
          `~/${name}/ll-loop.exe`,
        ),
        stderr: `${other}.exe\n${other}.cmd\n` +
          "warning: Another ll-loop (a copy of this one) comes after it on PATH: ~/last/ll-loop.exe\n",
      });
      machine.env["PATH"] = "/usr/bin:/bin";
      const again = await install(machine, ["-Dir", name]);
      const quoted = `~/${name.replaceAll("'", "''")}`;
      assertEquals(again.stderr, notOnPath(`~/${name}`, quoted));

      assertEquals(await install(machine, ["-Dir", `${home}/first`]), {
        status: 73,
        stdout: "",
        stderr:
          "error: ~/first/ll-loop.exe is of another project: it is left alone\n" +
          "hint: Remove it, or choose another folder with -Dir\n",
      });
      assertEquals(
        await install(machine, ["-Uninstall", "-Dir", `${home}/first`]),
        {
          status: 69,
          stdout: "",
          stderr:
            "error: ~/first/ll-loop.exe is of another project: it is left alone\n",
        },
      );
      assertEquals(machine.names("first"), ["ll-loop.cmd", "ll-loop.exe"]);
      const kept = await Deno.readTextFile(`${home}/first/ll-loop.exe`);
      assertEquals(kept, "theirs");
    });
  },
);

windowsTest("wrong usage is told before anything is done", async () => {
  await withMachine(await release("latest", "2.0.0"), async (machine) => {
    const rows: [
      args: string[],
      env: Environment,
      status: number,
      stderr: string | RegExp,
    ][] = [
      [
        ["-Version", "../../evil"],
        {},
        64,
        'error: -Version takes a release such as 1.2.3, got "../../evil"\n',
      ],
      [
        [],
        { LOCALAPPDATA: undefined },
        64,
        "error: LOCALAPPDATA is not set: name a folder with -Dir\n",
      ],
      [
        ["-Dir", "Z:\\x"],
        {},
        64,
        'error: -Dir takes a folder, got "Z:\\x": Cannot find drive. ' +
        "A drive with the name 'Z' does not exist.\n",
      ],
      [
        ["-Dir", "Env:\\x"],
        {},
        64,
        'error: -Dir takes a folder, got "Env:\\x", which is of Environment\n',
      ],
      [
        [],
        { LL_LOOP_RELEASES: undefined },
        69,
        "error: This copy of install.ps1 belongs to no release and does not know where they are\n" +
        "hint: Take the one of a release, or name the place in LL_LOOP_RELEASES\n",
      ],
      [
        ["-Dir", "/dev/null/x"],
        {},
        73,
        /^error: Cannot write to \/dev\/null\/x: .*\n$/,
      ],
    ];
    for (const [args, env, status, stderr] of rows) {
      const ended = await install(machine, args, env);
      assertEquals([ended.status, ended.stdout], [status, ""]);
      if (typeof stderr === "string") assertEquals(ended.stderr, stderr);
      else assertMatch(ended.stderr, stderr);
    }
    assertEquals(machine.asked, []);
  });
});

windowsTest(
  "piped into Invoke-Expression it closes no window and changes none of its settings",
  async () => {
    const files = {
      "/install.ps1": await Deno.readTextFile(SCRIPT),
      ...await release("latest", "2.0.0"),
    };
    await withMachine(files, async (machine) => {
      const piped = "irm $env:LL_LOOP_RELEASES/install.ps1 | iex";
      const state =
        '"$ErrorActionPreference $ProgressPreference $(@().absent)$(Get-Command Get-Digest -ErrorAction Ignore)"';
      assertEquals(
        await powershell(machine, ["-Command", `${piped}; ${state}`]),
        {
          status: 0,
          stdout: `${await installed(
            fakeProgram("2.0.0"),
          )}Continue Continue \n`,
          stderr: notOnPath(),
        },
      );
      const theirs = `${machine.home}/My Local/Programs/ll-loop/ll-loop.exe`;
      await Deno.writeTextFile(theirs, "theirs");
      const message = `${PROGRAM} is of another project: it is left alone. ` +
        "Remove it, or choose another folder with -Dir";
      assertEquals(
        await powershell(machine, [
          "-Command",
          `try { ${piped} } catch { "$_ $LASTEXITCODE" }`,
        ]),
        { status: 0, stdout: `${message} 73\n`, stderr: "" },
      );
      const { status, stderr } = await powershell(machine, ["-Command", piped]);
      assertEquals(status, 1);
      assert(stderr.includes(message), stderr);
    });
  },
);

windowsTest("half of it does nothing", async () => {
  await withMachine(await release("latest", "2.0.0"), async (machine) => {
    const lines = (await Deno.readTextFile(SCRIPT)).trimEnd().split("\n");
    for (const count of [30, 45, 150, lines.length - 1]) {
      await Deno.writeTextFile(
        `${machine.home}/half.ps1`,
        lines.slice(0, count).join("\n"),
      );
      const { stdout } = await powershell(machine, ["-File", "half.ps1"]);
      assertEquals(stdout, "");
      // PowerShell itself writes into hidden folders of a home.
      const made = machine.names(".").filter((name) => !name.startsWith("."));
      assertEquals(made, ["half.ps1", "tools"]);
    }
    assertEquals(machine.asked, []);
  });
});

Deno.test("install.ps1 is ASCII: without a mark Windows PowerShell takes other letters for those of its code page", async () => {
  const bytes = await Deno.readFile(SCRIPT);
  assertEquals(bytes.findIndex((byte) => byte > 126 || byte === 0x0d), -1);
});
