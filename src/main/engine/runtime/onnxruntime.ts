// The one door to onnxruntime-node, since from version 1.29 on it tells its makers what it is used for
// (a file that names the computer, what graphs are opened and how fast they run) unless told not to
// before the first of its calls. On Windows it hands such events to the system instead, and the user's
// settings there decide.
import * as ort from 'onnxruntime-node';

process.env.ORT_DISABLE_TELEMETRY = '1';

export { ort };
