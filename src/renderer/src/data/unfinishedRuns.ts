// The run of a project that has not ended yet. A window that is closed or loaded anew takes its run
// with it, and the engine goes on from its checkpoint only when the same request comes again, so the
// request is kept until then: in this browser alone, since what is lost with it is a minute's work.
import type { TrainRequest } from '../../../shared/events';
import type { Database } from './database';

export class UnfinishedRuns {
  constructor(
    readonly database: Database,
    /** The browser's: they tell whether some window follows a run. Absent where there is one window. */
    readonly locks?: LockManager,
  ) {}

  /** Keeps the request, in place of the project's last one, while a window follows its run. */
  async keep(projectId: string, request: TrainRequest, following: Promise<unknown>): Promise<void> {
    await this.database.unfinishedRuns.put({ projectId, request });
    await this.locks?.request(lockOf(request), { ifAvailable: true }, () => following);
  }

  /** To be called when the run has ended, or when nobody wants it any more. */
  async forget(projectId: string, runId: string): Promise<void> {
    await this.database.unfinishedRuns
      .where({ projectId })
      .and(({ request }) => request.runId === runId)
      .delete();
  }

  /** The run that no window follows; waits while another one does, and is null if it ends there. */
  async findAbandoned(projectId: string, signal: AbortSignal): Promise<TrainRequest | null> {
    const row = await this.database.unfinishedRuns.get(projectId);
    if (!row || signal.aborted) return null;
    await this.locks?.request(lockOf(row.request), { signal }, () => undefined);
    const later = await this.database.unfinishedRuns.get(projectId);
    return later?.request.runId === row.request.runId ? later.request : null;
  }
}

const lockOf = ({ runId }: TrainRequest) => `handful run ${runId}`;
