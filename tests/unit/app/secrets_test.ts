// deno-lint-ignore-file camelcase no-boolean-literal-for-arguments -- environment names; expected values
import { assert, assertEquals } from "@std/assert";
import { makeMask, maskText, Vault } from "../../../src/app/secrets/mod.ts";
import { type Loop, maskTokens, tokensIn } from "../../../src/model/mod.ts";
import type { Mask } from "../../../src/ports/mod.ts";
import { definitionsOf } from "../../support/definitions.ts";

const MASKS: readonly (readonly [
  name: string,
  secrets: readonly string[],
  text: string,
  masked: string,
])[] = [
  ["one", ["hunter22"], "a hunter22 b", "a *** b"],
  ["twice side by side", ["abcdefgh"], "abcdefghabcdefgh", "******"],
  ["the longer of two", ["abcdefgh", "abcdefghij"], "abcdefghijk", "***k"],
  [
    "the shorter where the longer breaks off",
    ["abcdefgh", "abcdefghij"],
    "abcdefghik",
    "***ik",
  ],
  [
    "overlapping ones as one",
    ["abcdefgh", "ghijklmn"],
    "xabcdefghijklmnx",
    "x***x",
  ],
  [
    "one that ends like another begins",
    ["abcdefgh", "ghijklmn"],
    "abcdefghxghijklmn",
    "***x***",
  ],
  ["one that overlaps itself", ["abababab"], "xababababababx", "x***x"],
  ["a run of one letter", ["aaaaaaaa"], "aaaaaaaaaaaaa b", "*** b"],
  [
    "a short one only as a word of its own",
    ["abcd", "-xyz"],
    "abcd xabcd abcdx a-abcd abcd0 abcd-xyz_abcd (abcd)abcd",
    "*** xabcd abcdx a-*** abcd0 ***-xyz_abcd (***)***",
  ],
  ["words that stand for nothing", ["none", "True"], "none True", "none True"],
  [
    "colours within, which somebody may take away",
    ["abcdefgh", "wxyz"],
    "t=\x1b[1mabcd\x1b[0;31mefgh\x1b[m. \x1b[1mwx\x1b[myz\x1b[m a\x1b[mwxyz",
    "t=\x1b[1m***\x1b[0;31m\x1b[m. \x1b[1m***\x1b[m\x1b[m a\x1b[mwxyz",
  ],
  [
    "what only looks like a colour",
    ["abcdefgh"],
    "abcd\x1b[Kefgh abcd\x1b",
    "abcd\x1b[Kefgh abcd\x1b",
  ],
  [
    "base64 by itself, its end included, with the newline of echo, and for addresses",
    ["hunter22>>?"],
    "aHVudGVyMjI+Pj8= aHVudGVyMjI+Pj8 aHVudGVyMjI+Pj8K aHVudGVyMjI-Pj8=",
    "*** *** *** ***",
  ],
  [
    "hex in capitals, escapes of addresses in small letters, a blank as a plus",
    ["hunter 22/x"],
    "68756E7465722032322F78 hunter%2022%2fx hunter+22%2Fx",
    "*** *** ***",
  ],
  [
    "JSON with escaped slashes, and JSON in JSON",
    ['hunter/"22'],
    '"hunter\\/\\"22" "\\"hunter/\\\\\\"22\\""',
    '"***" "\\"***\\""',
  ],
  [
    "several lines, each by itself",
    ["line1\nline2"],
    "line2 and line1",
    "*** and ***",
  ],
  ["several lines as one", ["line1\nline2"], "-line1\nline2-", "-***-"],
  ["white space around", [" pad1 \n"], "(pad1)", "(***)"],
  ["signs of patterns", ["a.b*c"], "aXbbc a.b*c", "aXbbc ***"],
  ["too short to be one", ["abc", ""], "abc", "abc"],
  ["letters beyond the basic plane", ["😀😀"], "x😀😀y", "x***y"],
];

for (const [name, secrets, text, masked] of MASKS) {
  Deno.test(`mask: ${name}, wherever the stream is cut`, () => {
    const mask = makeMask(secrets);
    assertEquals(maskText(mask, text), masked);
    if (mask === null) return;
    const units = text.split("");
    for (let first = 0; first <= units.length; first++) {
      for (let second = first; second <= units.length; second++) {
        const pieces = [
          text.slice(0, first),
          text.slice(first, second),
          text.slice(second),
        ];
        assertEquals(maskPieces(mask, pieces), masked, JSON.stringify(pieces));
      }
    }
    assertEquals(maskPieces(mask, units), masked);
  });
}

Deno.test("mask: base64 and hex that are written in lines", () => {
  const secret = "long".repeat(16);
  const base64 = btoa(secret).replace(/.{76}/, "$&\n");
  const hex = "6c6f6e67".repeat(16).replace(/.{60}/g, "$&\n");
  assertEquals(
    maskText(makeMask([secret]), `${base64}. ${hex}.`),
    "***\n***. ***\n***\n***.",
  );
});

Deno.test("mask: random texts and cuts, and nothing of a secret comes out", () => {
  let state = 7;
  const random = (below: number): number => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return (state >> 8) % below;
  };
  const letters = (count: number): string =>
    Array.from({ length: count }, () => "ab"[random(2)]).join("");
  for (let round = 0; round < 400; round++) {
    const secrets = [letters(8), letters(9), letters(8 + random(5))];
    const text = letters(random(60)).replace(
      /b(?=aab)/g,
      () => random(2) === 0 ? "b\x1b[1m" : "b",
    );
    const mask = makeMask(secrets);
    assert(mask !== null);
    const whole = maskText(mask, text);
    const bare = whole.replaceAll("\x1b[1m", "");
    for (const secret of secrets) assert(!bare.includes(secret));
    const pieces: string[] = [];
    for (let at = 0; at < text.length;) {
      const length = 1 + random(7);
      pieces.push(text.slice(at, at + length));
      at += length;
    }
    assertEquals(maskPieces(mask, pieces), whole, `${secrets} in ${text}`);
  }
});

Deno.test("mask: what cannot become a secret any more is shown at once", () => {
  const stream = makeMask(["hunter22"])?.start();
  assertEquals(stream?.push("password: hunt"), "password: ");
  assertEquals(stream?.push("ing"), "hunting");
  assertEquals(stream?.flush(), "");
});

Deno.test("vault: environment names that look secret, harmless values aside", () => {
  const secret = {
    GITHUB_TOKEN: "ghp_12345",
    MY_API_KEY: "k-98765",
    AWS_SECRET_ACCESS_KEY: "/aws+begins/with/a/slash",
    db_password: "s3cr3t!",
    PGPASSWORD: "pg-word",
    MYSQL_PWD: "my-sql-pwd",
    SSH_PASS: "ssh-pass",
    SSHPASS: "ssh-pass-2",
    JWT: "a.jwt",
    STRIPE_KEY: "sk_live_12345",
    OPENAI_KEY: "sk-0123456789",
    NPM_AUTH: "npm-auth-value",
    AUTH: "Basic dXNlcg==",
    npm_config__authToken: "npm_0123456789",
    HOME_TOKEN: "~/not-there",
    DATABASE_URL: "postgres://me:p%40ss-word@db:5432/x",
    GIT_REMOTE: "https://ghp_0123456789abcdef@github.com/a/b",
  };
  const harmless = {
    TOKEN_FILE: "/run/token",
    MY_TOKEN: "/run/there",
    OTHER_TOKEN: "~/there",
    USE_TOKEN: "true",
    TOKEN_COUNT: "42",
    TOKENS: "none of them",
    EMPTY_TOKEN: "",
    HOME: "/home/me",
    PWD: "/somewhere/else",
    OLDPWD: "/somewhere/else",
    SSH_PUBLIC_KEY: "ssh-ed25519 AAAA",
    CACHE_KEY: "linux-node-18",
    SHORT_KEY: "F5",
    REMOTE: "ssh://git@github.com/a/b",
    SITE: "https://example.com/a:b@c",
  };
  const environment = { ...secret, ...harmless };
  const there = ["/run/there", "/home/me/there"];
  const vault = new Vault(environment, {
    exists: (path) => there.includes(path),
  });
  const hidden = Object.entries(environment)
    .filter(([name, value]) => vault.hideEnv(name, value) !== value)
    .map(([name]) => name);
  assertEquals(hidden, Object.keys(secret));
  const masked = (text: string) => maskText(vault.mask, text);
  assertEquals(masked("x ghp_12345 y"), "x *** y");
  assertEquals(masked(secret.AWS_SECRET_ACCESS_KEY), "***");
  assertEquals(masked(secret.DATABASE_URL), "postgres://me:***@db:5432/x");
  assertEquals(masked("password p@ss-word"), "password ***");
  assertEquals(masked(secret.GIT_REMOTE), "https://***@github.com/a/b");
  const reference = vault.hideEnv("db_password", "s3cr3t!");
  assertEquals(vault.reveal(`login ${reference}`), "login s3cr3t!");
  const address = vault.hideEnv("DATABASE_URL", secret.DATABASE_URL);
  assertEquals(vault.reveal(address), secret.DATABASE_URL);
});

Deno.test("vault: variables that a loop gives are secret by name, by looks and by list", () => {
  const vault = new Vault({});
  const { loops } = definitionsOf(
    `secrets: [PLAIN]\nenv: {MODE: fast, API_TOKEN: s3cr3t-top, LATER_TOKEN: "\${context.x}"}\nstates:
  a: {action: x, env: {API_TOKEN: s3cr3t-own, PLAIN: s3cr3t-plain, GIT: "https://u:s3cr3t-in@h/"}, next: b}
  b: {terminal: true}\n`,
  );
  const hidden = vault.hideLoops(loops);
  const [root] = Object.values(hidden) as [Loop];
  assertEquals(JSON.stringify(hidden).includes("s3cr3t"), false);
  assertEquals(root.env?.["MODE"], "fast");
  assertEquals(root.env?.["LATER_TOKEN"], "${context.x}");
  const of = (env: Loop["env"]) =>
    Object.fromEntries(
      Object.entries(env ?? {}).map(([name, text]) => [
        name,
        vault.reveal(text),
      ]),
    );
  assertEquals(of(root.env)["API_TOKEN"], "s3cr3t-top");
  assertEquals(of(root.states["a"]?.env), {
    API_TOKEN: "s3cr3t-own",
    PLAIN: "s3cr3t-plain",
    GIT: "https://u:s3cr3t-in@h/",
  });
  // What only turns out while it runs is masked from then on.
  vault.hideVariables({
    LATER_TOKEN: "computed-1",
    PLAIN: "computed-2",
    X: "y",
  });
  assertEquals(
    maskText(
      vault.mask,
      "s3cr3t-top s3cr3t-own s3cr3t-plain computed-1 computed-2 y",
    ),
    "*** *** *** *** *** y",
  );
});

Deno.test("vault: listed names are secret in every loop, quoted where they are put in", () => {
  const vault = new Vault({ LISTED: "listed-value", constructor: "x" });
  const { loops } = definitionsOf(
    "secrets: [key, LISTED, map]\ncontext: {key: it's, plain: 1}\nstates:\n  a: {loop: sub, with: {key: other-one, x: y}, on_yes: a}\n",
    { sub: "context: {key: child-key}\nstates:\n  s: {terminal: true}\n" },
  );
  const hidden = vault.hideLoops(loops);
  const [root, sub] = Object.values(hidden) as [Loop, Loop];
  assertEquals(root.context["plain"], 1);
  const text = JSON.stringify(hidden);
  for (const value of ["it's", "other-one", "child-key"]) {
    assertEquals(text.includes(value), false, value);
  }
  assertEquals(vault.reveal(String(root.context["key"])), "it's");
  assertEquals(vault.reveal(String(sub.context["key"])), "child-key");
  assertEquals(
    vault.reveal(String(root.states["a"]?.with["key"])),
    "other-one",
  );
  assertEquals(root.states["a"]?.with["x"], "y");
  const quoted = String(root.context["key"]).replace(/\0$/, ":shell\0");
  assertEquals(vault.reveal(`x ${quoted}`), `x 'it'"'"'s'`);
  const context = vault.hideContext({
    key: "given",
    map: { a: "b-c" },
    none: "",
  });
  assertEquals(vault.reveal(String(context["key"])), "given");
  assertEquals(vault.reveal(String(context["map"])), '{"a":"b-c"}');
  assertEquals(context["none"], "");
  assertEquals(maskText(vault.mask, "given listed-value"), "*** ***");
  assertEquals(vault.isSecretKey("key"), true);
  assertEquals(vault.isSecretKey("toString"), false);
});

function maskPieces(mask: Mask, pieces: readonly string[]): string {
  const stream = mask.start();
  return pieces.map((piece) => stream.push(piece)).join("") + stream.flush();
}

/** Made-up ones: digits and letters in the form of each service. */
const HEX = "0a1b2c3d4e5f6789";
const DENSE = "a1B2c3D4e5F6g7H8";
const TOKENS: readonly string[] = [
  `ghp_${DENSE.repeat(2)}abcd`,
  `github_pat_${DENSE.repeat(3)}`,
  `glpat-${DENSE}1234`,
  `sk-${DENSE.repeat(3)}`,
  `sk-proj-${DENSE}_${DENSE}-${DENSE}`,
  `sk-ant-api03-${DENSE}-${DENSE}_${DENSE}AA`,
  `sk-or-v1-${HEX.repeat(4)}`,
  `sk_live_${DENSE}${DENSE}`,
  "AKIAQWERTYUIOPASDFGH",
  `AIza${DENSE.repeat(2)}-_1`,
  `GOCSPX-${DENSE}${DENSE.slice(0, 12)}`,
  `xoxb-1234567890-${DENSE}`,
  `npm_${DENSE.repeat(2)}abcd`,
  `hf_${DENSE.repeat(2)}ab`,
  `gsk_${DENSE.repeat(3)}abcd`,
  `SG.${DENSE}abcdef.${DENSE.repeat(2)}abcdefghijk`,
  `dop_v1_${HEX.repeat(4)}`,
  `shpat_${HEX.repeat(2)}`,
  `hvs.${DENSE}${DENSE}`,
  `eyJ${DENSE}.eyJ${DENSE}.${DENSE}`,
  "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXk\n-----END OPENSSH PRIVATE KEY-----",
];

const WORDS: readonly string[] = [
  "sk-learn-and-other-packages-for-python-3-12",
  "sk-internationalization-of-everything",
  "task-a1b2c3d4e5f6a1b2c3d4e5f6a1b2",
  "ghp_ghp_ghp",
  "npm_config_userconfig_and_other_variables",
  "npm_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
  "AKIAIOSFODNN7EXAMPLE",
  "sk-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx1111",
  "sk-proj-your-key-goes-here-0000000000000000",
  "hf_transformers_and_accelerate_0_24",
  "eyJust.a.sentence",
  "postgres://me:$PASSWORD@db/x and https://me@x.org:8080/a@b",
  "https://user:password@host",
  "5f4dcc3b5aa765d61d8327deb882cf99",
];

Deno.test("token: the forms of well-known services are found in any text, and no word is", () => {
  for (const token of TOKENS) {
    assertEquals(tokensIn(`-H "Authorization: Bearer ${token}"`), [token]);
    assertEquals(maskTokens(`a='${token}'; b`), "a='***'; b");
  }
  for (const word of WORDS) assertEquals(tokensIn(word), [], word);
  assertEquals(
    maskTokens("git clone https://me:hunter22@x.org/a.git"),
    "git clone https://me:***@x.org/a.git",
  );
});

Deno.test("token: a variable that holds one is a secret, whatever its name", () => {
  const token = TOKENS[0] ?? "";
  const vault = new Vault({ SETTINGS: `a=1;key=${token}`, OTHER: "a=1" });
  assertEquals(maskText(vault.mask, `it is ${token}, a=1`), "it is ***, a=1");
  assertEquals(vault.canReveal("env", "SETTINGS"), true);
  assertEquals(vault.canReveal("env", "OTHER"), false);
});

Deno.test("token: no loop of ours seems to hold one", () => {
  const look = (folder: URL): void => {
    for (const { name, isDirectory } of Deno.readDirSync(folder)) {
      if (isDirectory) look(new URL(`${name}/`, folder));
      else {
        const text = Deno.readTextFileSync(new URL(name, folder));
        assertEquals(tokensIn(text), [], name);
      }
    }
  };
  look(new URL("../../../loops/", import.meta.url));
});

Deno.test("token: searching a long text for them takes no time", () => {
  const started = performance.now();
  for (const text of ["sk-", "a:", "https://a:", "eyJ", "-----BEGIN ", "x"]) {
    tokensIn(text.repeat(300_000 / text.length));
    tokensIn(text + "a1-".repeat(100_000));
  }
  assert(performance.now() - started < 3000);
});
