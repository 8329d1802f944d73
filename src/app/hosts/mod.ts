/** Agent hosts: which there are for a run, and which carries out a prompt. */

export {
  chooseHost,
  type ChosenHost,
  type HostChoice,
  type HostWork,
  type HostWorld,
  isSafe,
  nameOf,
  NO_HOST,
  SAFE_VARIABLE,
} from "./choose_host.ts";
export {
  type CommandHost,
  HOST_STREAMS,
  type HostStream,
} from "./command_host.ts";
