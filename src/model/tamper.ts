/** Owns what the tamper guard looks after: test files, by where they stand and how they are called. */

/** What is done about an action that changes test files (EXEC 9.7). */
export const TAMPER_POLICIES = ["revert", "fail", "allow"] as const;

/** One of {@linkcode TAMPER_POLICIES}. */
export type TamperPolicy = typeof TAMPER_POLICIES[number];

/** A test file that an action has changed. */
export interface TamperedFile {
  /** Relative to the folder that the action ran in. */
  readonly path: string;
  readonly change: "changed" | "removed";
  /** Whether it is as it was again. */
  readonly isReverted: boolean;
}

const TEST_FOLDERS: ReadonlySet<string> = new Set([
  "test",
  "tests",
  "__tests__",
  "__snapshots__",
  "spec",
  "specs",
  "testdata",
]);
const TEST_FILE_REGEXP =
  /(?:^test_[^/]*|[._-](?:test|tests|spec)\.[^/.]+(?:\.snap)?|(?:Test|Tests|Spec)\.[A-Za-z]+|^conftest\.py)$/;

/**
 * Returns whether a path below a project is that of a test.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(["src/a_test.go", "tests/x.txt", "lib/b.spec.ts", "FooTest.java"].every(isTestFile), true);
 * assertEquals(["src/latest.ts", "contest.py", "testing.md"].some(isTestFile), false);
 * ```
 */
export function isTestFile(path: string): boolean {
  const parts = path.split("/");
  const name = parts.pop() ?? "";
  return parts.some((part) => TEST_FOLDERS.has(part)) ||
    TEST_FILE_REGEXP.test(name);
}
