/** Who waits for a scope: looking at the queue, and taking somebody out of it. */

export { type QueueWorld, readQueue } from "./read_queue.ts";
export {
  removeWaiter,
  type WaiterQuestion,
  type WaiterRemoval,
} from "./remove_waiter.ts";
