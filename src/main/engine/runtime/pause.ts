// Long work lets others in: the engine has one thread.
import { StudioError } from '../../../shared/errors';

/** Messages (cancel, keep, a prediction) are heard; throws 'cancelled' when the signal has been aborted. */
export async function pause(signal?: AbortSignal): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
  if (signal?.aborted) throw new StudioError('cancelled', 'Stopped.');
}
