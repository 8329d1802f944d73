/**
 * The floor of a shell step: spawns `bash -c :` as many times as it is told, one after another,
 * with both streams read. Usage: `floor.ts plain|setsid COUNT`.
 */

const [way = "plain", count = "1000"] = Deno.args;
const [program = "", ...args] = way === "setsid"
  ? ["setsid", "bash", "-c", ":"]
  : ["bash", "-c", ":"];
for (let i = 0; i < Number(count); i++) {
  await new Deno.Command(program, { args, stdin: "null" }).output();
}
