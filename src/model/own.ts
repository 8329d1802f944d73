/** Owns looking keys up in maps whose keys people choose: `constructor` is one like any other. */

/** Returns an own property of a map that may not be there. */
export function own<T>(
  map: { readonly [key: string]: T } | undefined,
  key: string,
): T | undefined {
  return map !== undefined && Object.hasOwn(map, key) ? map[key] : undefined;
}

/** Returns a copy of `map` without `key`. */
export function without<T>(
  map: { readonly [key: string]: T },
  key: string,
): { readonly [key: string]: T } {
  if (!Object.hasOwn(map, key)) return map;
  const { [key]: _removed, ...rest } = map;
  return rest;
}
