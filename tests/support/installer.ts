/** What the installers are tested against: releases on the loopback, and a machine to install on. */

import { TARGETS } from "../../tools/build.ts";
import { withScratch } from "./scratch.ts";

const ROOT = decodeURIComponent(new URL("../../", import.meta.url).pathname);

/** A program that says it is `version`, and has inside what every ll-loop has. */
export function fakeProgram(version: string): string {
  return `#!/bin/sh
echo "ll-loop ${version} (test)"
echo "An independent implementation of the ll-loop of little-loops"
`;
}

/** Returns the SHA-256 of a text, in lower-case hex. */
export async function digestOf(text: string): Promise<string> {
  const bytes = new TextEncoder().encode(text);
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
}

/** Returns the files of a release by path below `folder`, with every executable in it. */
export async function release(
  folder: string,
  version: string,
  changes: Readonly<Record<string, string>> = {},
): Promise<Record<string, string>> {
  const program = fakeProgram(version);
  const digest = await digestOf(program);
  const files: Record<string, string> = {
    SHA256SUMS: TARGETS.map(({ file }) => `${digest}  ${file}\n`).join(""),
    ...Object.fromEntries(TARGETS.map(({ file }) => [file, program])),
    ...changes,
  };
  return Object.fromEntries(
    Object.entries(files).map(([name, text]) => [`/${folder}/${name}`, text]),
  );
}

/** How an installer ended. */
export interface Installed {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A machine with a home, a server with releases, and a PATH of its own. */
export class Machine {
  readonly home: string;
  readonly env: Record<string, string>;
  /** What the server was asked for. */
  readonly asked: string[] = [];

  constructor(home: string, releases: string) {
    this.home = home;
    this.env = {
      HOME: home,
      PATH: `${home}/tools:/usr/bin:/bin`,
      LL_LOOP_RELEASES: releases,
    };
  }

  /** Puts a program into a folder below the home. */
  addProgram(path: string, text: string): void {
    const file = `${this.home}/${path}`;
    Deno.mkdirSync(file.slice(0, file.lastIndexOf("/")), { recursive: true });
    Deno.writeTextFileSync(file, text, { mode: 0o755 });
  }

  /** Lets `uname` name another machine. */
  become(system: string, processor: string): void {
    this.addProgram(
      "tools/uname",
      `#!/bin/sh\ncase $1 in -m) echo ${processor} ;; *) echo ${system} ;; esac\n`,
    );
  }

  /** Runs a program; a variable that is `undefined` is not set. */
  async run(
    program: string,
    args: readonly string[],
    changes: Readonly<Record<string, string | undefined>> = {},
  ): Promise<Installed> {
    const env = Object.fromEntries(
      Object.entries({ ...this.env, ...changes })
        .flatMap(([name, value]) => value === undefined ? [] : [[name, value]]),
    );
    const { code, stdout, stderr } = await new Deno.Command(program, {
      args: [...args],
      cwd: this.home,
      clearEnv: true,
      env,
      stdin: "null",
    }).output();
    const text = (bytes: Uint8Array) =>
      new TextDecoder().decode(bytes).replaceAll(this.home, "~")
        .replaceAll(/http:\/\/127\.0\.0\.1:\d+/g, "<server>");
    return { status: code, stdout: text(stdout), stderr: text(stderr) };
  }

  /** Runs the installer for Linux and macOS. */
  async install(
    args: readonly string[] = [],
    changes: Readonly<Record<string, string | undefined>> = {},
  ): Promise<Installed> {
    return await this.run("sh", [`${ROOT}install.sh`, ...args], changes);
  }

  /** Returns the paths below a folder of the home, sorted. */
  names(folder: string): string[] {
    return [...Deno.readDirSync(`${this.home}/${folder}`)]
      .map(({ name }) => name).sort();
  }
}

/** Stands for a file whose download breaks half-way. */
export const CUT_OFF = Symbol("cut off");

/** Returns an answer that announces more than comes. */
function cutOff(): Response {
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(new TextEncoder().encode("MZ"));
    },
    pull(controller) {
      controller.close();
    },
  });
  return new Response(body, { headers: { "content-length": "1000" } });
}

/** Runs `use` with a machine whose server has `files`. */
export async function withMachine(
  files: Readonly<Record<string, string | typeof CUT_OFF>>,
  use: (machine: Machine) => Promise<void>,
): Promise<void> {
  await withScratch(async (home) => {
    let machine: Machine | null = null;
    const server = Deno.serve(
      { port: 0, hostname: "127.0.0.1", onListen: () => {} },
      (request) => {
        const { pathname } = new URL(request.url);
        machine?.asked.push(pathname);
        const text = Object.hasOwn(files, pathname) ? files[pathname] : null;
        if (text === CUT_OFF) return cutOff();
        return text === null || text === undefined
          ? new Response("no such file", { status: 404 })
          : new Response(text);
      },
    );
    try {
      machine = new Machine(home, `http://127.0.0.1:${server.addr.port}`);
      machine.become("Linux", "x86_64");
      await use(machine);
    } finally {
      await server.shutdown();
    }
  });
}
