/** Owns searching a file that is too large to be held as one text. */

/** What {@linkcode searchFile} is to do. */
export interface FileSearch {
  readonly path: string;
  readonly source: string;
  readonly flags: string;
  /** Whether the file may be searched line by line. */
  readonly isInLine: boolean;
  /** Bytes that are read at a time. */
  readonly chunkBytes: number;
  /** Longest text that is searched at once: the file, or one line of it. */
  readonly textMaxLength: number;
}

/**
 * Returns whether the pattern occurs in the file. Whole lines are searched as they are read,
 * each with the break before it and something behind it, so that all anchors hold true.
 *
 * It is sent to a worker as its own source, and so may use nothing from outside.
 *
 * @throws {Error} when the file cannot be read, or more than `textMaxLength` would have to be
 * searched at once
 */
export function searchFile(search: FileSearch): boolean {
  const pattern = new RegExp(search.source, `${search.flags}g`);
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  const bytes = new Uint8Array(search.chunkBytes);
  const file = Deno.openSync(search.path);
  try {
    let text = "";
    let start = 0;
    for (;;) {
      const count = file.readSync(bytes);
      if (count === null) {
        text += decoder.decode();
        pattern.lastIndex = start;
        return pattern.test(text);
      }
      text += decoder.decode(bytes.subarray(0, count), { stream: true });
      // The last break that more than one character follows: nothing before it is at the end.
      const end = search.isInLine ? text.lastIndexOf("\n", text.length - 3) : 0;
      if (end > start) {
        pattern.lastIndex = start;
        const found = pattern.exec(text.slice(0, end + 3));
        if (found !== null && found.index <= end) return true;
        text = text.slice(end);
        start = 1;
      } else if (text.length > search.textMaxLength) {
        const size = `${Math.round(search.textMaxLength / 2 ** 20)} MiB`;
        throw new Error(
          search.isInLine
            ? `A line of the output is longer than ${size}`
            : `The output is longer than ${size}, and the pattern may match over several lines of it`,
        );
      }
    }
  } finally {
    file.close();
  }
}
