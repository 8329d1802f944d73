/** Rate limits that runs tell each other of. */

export { type KnownLimit, SharedCircuit } from "./shared_circuit.ts";
