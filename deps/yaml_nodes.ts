/** What is used of the parser that knows positions: the rest of it is not in the program. */

export {
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  parseDocument,
} from "npm:yaml@2.9.1";
export type { Document, Node, Pair, Scalar, YAMLMap } from "npm:yaml@2.9.1";
