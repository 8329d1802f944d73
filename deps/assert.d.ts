/** The part of `@std/assert` that this project uses, typed. */

// deno-lint-ignore no-explicit-any -- a constructor of any signature
type ErrorClass = new (...args: any[]) => Error;

export function assert(condition: unknown, message?: string): asserts condition;
export function assertEquals<T>(actual: T, expected: T, message?: string): void;
export function assertExists<T>(
  actual: T,
  message?: string,
): asserts actual is NonNullable<T>;
export function assertMatch(
  actual: string,
  expected: RegExp,
  message?: string,
): void;
export function assertNotEquals<T>(
  actual: T,
  expected: T,
  message?: string,
): void;
export function assertNotMatch(
  actual: string,
  expected: RegExp,
  message?: string,
): void;
export function assertRejects<E extends Error = Error>(
  run: () => PromiseLike<unknown>,
  errorClass?: ErrorClass,
  messageIncludes?: string,
  message?: string,
): Promise<E>;
export function assertStringIncludes(
  actual: string,
  expected: string,
  message?: string,
): void;
export function assertThrows<E extends Error = Error>(
  run: () => unknown,
  errorClass?: ErrorClass,
  messageIncludes?: string,
  message?: string,
): E;
export function fail(message?: string): never;
