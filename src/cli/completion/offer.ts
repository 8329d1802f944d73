// deno-lint-ignore-file no-control-regex -- control characters are looked for
/** Owns the answer to a shell: the words that may come next, as lines. */

import type { LoopEntry, OfferedName, World } from "../../app/mod.ts";
import { unreachable } from "../../model/mod.ts";
import type { CommandSpec, Completion } from "../command_spec.ts";
import { GLOBAL_OPTIONS } from "../common_options.ts";
import { type Wanted, wantedAt } from "./wanted.ts";

/** What `\p{Cc}` means, for which the engine would look tables of Unicode up at every start. */
const CONTROL_REGEXP = /[\x00-\x1f\x7f-\x9f]/g;

/** Longest description that is still read while typing. */
const DESCRIPTION_MAX = 60;

/** What a shell completes by itself, beside the words. */
type Paths = "files" | "folders" | "none";

interface Offer {
  readonly paths: Paths;
  readonly names: readonly OfferedName[];
}

/** Code for names that the table does not have: loaded only where they are asked for. */
const lists = {
  // Files of their own, since loading a whole folder takes longer than answering.
  loops: () => import("./offered_loops.ts"),
  names: () => import("./offered_names.ts"),
};

/**
 * Returns the lines that a completion script reads: first `files`, `folders` or `none` for the
 * paths that the shell may offer, then a word and its description a line, a tab between. Words
 * are not quoted; those that no line can hold are left out.
 *
 * @param words those after the program's name up to the cursor; the last may be empty
 */
export async function offerLines(
  world: Pick<World, "files" | "sources" | "system">,
  words: readonly string[],
  commands: readonly CommandSpec[],
): Promise<readonly string[]> {
  const ready = commands.filter(({ status }) => status === "ready");
  const wanted = wantedAt(words, ready);
  const { paths, names } = await offer(world, wanted, ready);
  const prefix = "prefix" in wanted ? wanted.prefix : "";
  return [
    paths,
    ...names.filter(({ name }) => isPlain(name)).map(
      ({ name, description }) => {
        const text = shorten(description);
        return prefix + name + (text === "" ? "" : `\t${text}`);
      },
    ),
  ];
}

type OfferWorld = Parameters<typeof offerLines>[0];

async function offer(
  world: OfferWorld,
  wanted: Wanted,
  commands: readonly CommandSpec[],
): Promise<Offer> {
  switch (wanted.kind) {
    case "command":
      return {
        paths: "files",
        names: [
          ...namesOf(commands),
          ...await loopsThat(
            world,
            wanted,
            (loop) =>
              !commands.some(({ name, aliases }) =>
                name === loop.name || aliases.includes(loop.name)
              ),
          ),
        ],
      };
    case "option":
      return { paths: "none", names: optionNames(wanted.command) };
    case "choice":
      return {
        paths: "none",
        names: wanted.choices.map((name) => ({ name, description: "" })),
      };
    case "value":
      return await offerValue(world, wanted, commands);
    default:
      return unreachable(wanted);
  }
}

async function offerValue(
  world: OfferWorld,
  wanted: Wanted & { readonly completion: Completion },
  commands: readonly CommandSpec[],
): Promise<Offer> {
  switch (wanted.completion) {
    case "loop":
      return {
        paths: "files",
        names: await loopsThat(world, wanted, () => true),
      };
    case "built-in loop":
      return {
        paths: "none",
        names: await loopsThat(
          world,
          wanted,
          ({ origin }) => origin === "built-in",
        ),
      };
    case "state":
      return {
        paths: "none",
        names: wanted.loop === null
          ? []
          : (await lists.names()).offeredStates(world, {
            loopsDir: wanted.loopsDir,
            loop: wanted.loop,
          }),
      };
    case "run":
      return {
        paths: "none",
        names: (await lists.names()).offeredRuns(world, wanted),
      };
    case "command":
      return { paths: "none", names: namesOf(commands) };
    case "file":
      return { paths: "files", names: [] };
    case "folder":
      return { paths: "folders", names: [] };
    case "nothing":
      return { paths: "none", names: [] };
    default:
      return unreachable(wanted.completion);
  }
}

async function loopsThat(
  world: OfferWorld,
  wanted: Pick<Wanted, "loopsDir">,
  isWanted: (loop: LoopEntry) => boolean,
): Promise<OfferedName[]> {
  const { offeredLoops } = await lists.loops();
  return (await offeredLoops(world, wanted)).filter(isWanted)
    .map(({ name, description }) => ({ name, description }));
}

function namesOf(commands: readonly CommandSpec[]): OfferedName[] {
  return commands.map(({ name, summary }) => ({ name, description: summary }));
}

function optionNames(command: CommandSpec | null): OfferedName[] {
  return [...command?.options ?? [], ...GLOBAL_OPTIONS]
    .filter(({ refusal }) => refusal === undefined)
    .map(({ name, summary }) => ({ name: `--${name}`, description: summary }));
}

/** A line end or a tab would end the word, and other control characters steer the terminal. */
function isPlain(name: string): boolean {
  return name.search(CONTROL_REGEXP) < 0;
}

function shorten(description: string): string {
  const [line = ""] = description.trim().split("\n");
  const plain = line.replaceAll(CONTROL_REGEXP, " ").trim();
  return plain.length <= DESCRIPTION_MAX
    ? plain
    : `${plain.slice(0, DESCRIPTION_MAX - 1).trimEnd()}…`;
}
