// The one door to onnxruntime-node, since from version 1.29 on it tells its makers what it is used for
// (by an identifier of the computer that it puts on the disk) unless told not to before the first of its
// calls. On Windows it hands such events to the system, and the user's settings there decide.
import * as ort from 'onnxruntime-node';

process.env.ORT_DISABLE_TELEMETRY = '1';

export { ort };
