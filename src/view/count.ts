/** Owns where texts find numbers with their nouns. */

export { count } from "../model/mod.ts";
