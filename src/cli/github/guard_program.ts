/** Owns what differs for every command in GitHub Actions: nothing that is printed is a command by accident. */

import type { Stream } from "../../ports/mod.ts";
import { defuse } from "../../view/github/mod.ts";
import type { Program } from "../program.ts";

/**
 * Returns the program with streams on which no text of a loop or a file can talk to the runner,
 * and with those as they are for what is meant to.
 */
export function guardProgram(program: Program): Program {
  const { stdout, stderr } = program;
  return {
    ...program,
    stdout: guarded(stdout),
    stderr: guarded(stderr),
    unguarded: { stdout, stderr },
  };
}

function guarded(stream: Stream): Stream {
  let isLineStart = true;
  return {
    isTerminal: stream.isTerminal,
    get columns() {
      return stream.columns;
    },
    get isClosed() {
      return stream.isClosed;
    },
    hasColor: stream.hasColor,
    write(text) {
      if (text === "") return;
      // What goes on with a line is no start of one, however it begins.
      const head = isLineStart ? "" : "\0";
      stream.write(defuse(head + text).slice(head.length));
      const isBlank = text.trim() === "";
      isLineStart = isBlank && isLineStart || /[\r\n]\s*$/.test(text);
    },
  };
}
