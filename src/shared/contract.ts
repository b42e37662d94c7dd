// The whole contract, read from top to bottom: what the engine can do, and what main adds to it.
// Clients and implementations share one type, computed from these objects.
import * as v from 'valibot';
import { EncoderInfo, Prediction, ProviderReport, Task } from './domain';
import { ExportReport, ExportRequest, PredictRequest, TrainEvent, TrainRequest } from './events';
import { JournalEntry, JournalState } from './journal';
import { call, stream, type Api } from './rpc/contract';

export const engineContract = {
  encoders: { list: call(v.void(), v.array(EncoderInfo)) },
  provider: { current: call(v.void(), ProviderReport) },
  training: {
    /**
     * Trains; ends with 'finished'. Cancelling stops between two steps and leaves no classifier; the
     * same request, sent again, goes on from the last checkpoint.
     */
    run: stream(TrainRequest, TrainEvent),
    /** Ends the run after the step in progress and keeps what it has learned. */
    keep: call(v.object({ runId: v.string() }), v.void()),
  },
  predictions: {
    /** Predictions in the order of the texts, some at a time. */
    run: stream(PredictRequest, v.array(Prediction)),
  },
  classifiers: {
    /** Writes the bundle and tests it on golden texts before it is called done. */
    export: call(ExportRequest, ExportReport),
    /** Takes an exported bundle (`path` to its zip) in as a run of its own, to be asked for predictions. */
    open: call(v.object({ path: v.string() }), v.object({ runId: v.string(), task: Task })),
  },
};

export const journalContract = {
  journal: {
    /** Whose journals these are, and the ids of projects that were deleted from them. */
    folder: call(v.void(), v.object({ id: v.string(), removed: v.array(v.string()) })),
    /** How many entries each project's file holds. */
    projects: call(v.void(), v.array(JournalState)),
    /** The entries of a project from number `from` (0 is the first), some at a time. */
    read: stream(v.object({ projectId: v.string(), from: v.number() }), v.array(JournalEntry)),
    /** Returns once the entries are on the disk (fsync). */
    append: call(v.array(JournalEntry), v.void()),
  },
};

export const filesContract = {
  files: {
    /**
     * Hands an exported bundle to the user: a save dialog in the desktop app (`savedTo`, or null
     * when the user changed their mind), an address to download from in the browser.
     */
    deliver: call(
      v.object({ runId: v.string() }),
      v.object({ savedTo: v.nullable(v.string()), url: v.nullable(v.string()) }),
    ),
    /** Where projects and classifiers are kept. */
    place: call(v.void(), v.object({ folder: v.string(), version: v.string() })),
  },
};

export const studioContract = { ...engineContract, ...journalContract, ...filesContract };

export type Engine = Api<typeof engineContract>;
export type Studio = Api<typeof studioContract>;
