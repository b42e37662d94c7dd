// The engine's own process: answers the contract over the pipe to its parent, and ends with it.
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { engineContract } from '../../shared/contract';
import { assert } from '../../shared/errors';
import { serve } from '../../shared/rpc/server';
import { transportToParent } from '../transports/processTransport';
import { createEngine } from './engine';
import { answerProbe } from './runtime/providers';

// V8 waits for some calls before it makes a function fast; a training is over in seconds.
setFlagsFromString('--no-lazy-feedback-allocation');

if (!(await answerProbe())) {
  const { HANDFUL_DATA: data, HANDFUL_RESOURCES: resources } = process.env;
  assert(data && resources, 'The engine was started without its folders.');
  const transport = transportToParent();
  transport.onClose(() => process.exit(0));
  serve(
    engineContract,
    createEngine({ data, resources, entry: fileURLToPath(import.meta.url) }),
    transport,
  );
}
