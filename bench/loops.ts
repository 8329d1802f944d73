/** Loop files of a given size, for measuring. */

/** Returns a loop that walks through `count` states with actions, evaluators, captures and routes. */
export function longLoop(count: number): string {
  const lines = [
    "name: long",
    "description: Many states",
    "initial: s0",
    `max_steps: ${count + 1}`,
    "context:",
    "  limit: 3",
    "states:",
  ];
  for (let i = 0; i < count; i++) {
    lines.push(
      `  s${i}:`,
      `    action: echo "\${context.limit}" && test -n "$HOME" # step ${i}`,
      "    timeout: 60",
      `    capture: c${i}`,
      "    evaluate:",
      "      type: output_numeric",
      "      operator: ge",
      "      target: 3",
      `    on_yes: s${i + 1}`,
      `    on_no: s${Math.max(i - 1, 0)}`,
      "    on_error: failed",
    );
  }
  lines.push(
    `  s${count}:`,
    "    terminal: true",
    "  failed:",
    "    terminal: true",
    "    failure: true",
  );
  return `${lines.join("\n")}\n`;
}

/** Returns a loop that goes to and fro between two states for `steps` steps. */
export function endlessLoop(name: string, { steps, action }: {
  readonly steps: number;
  /** What each state runs; nothing by default. */
  readonly action?: string;
}): string {
  const state = action === undefined ? "" : `action: "${action}", `;
  return [
    `name: ${name}`,
    "description: To and fro",
    "initial: a",
    `max_steps: ${steps}`,
    `max_edge_revisits: ${steps + 1}`,
    "states:",
    `  a: { ${state}next: b }`,
    // A way out, which validation asks for.
    `  b: { ${state}next: a, on_error: done }`,
    "  done: { terminal: true }",
    "",
  ].join("\n");
}

/** Returns a loop that runs `script`, then lets half a second pass. */
export function oneAction(name: string, script: string): string {
  return [
    `name: ${name}`,
    "description: One action",
    "initial: act",
    "states:",
    "  act:",
    "    action: |",
    ...script.split("\n").map((line) => `      ${line}`),
    "    next: rest",
    "  rest:",
    "    action: sleep 0.5",
    "    next: done",
    "  done: { terminal: true }",
    "",
  ].join("\n");
}
