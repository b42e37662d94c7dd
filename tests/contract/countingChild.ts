// The counting contract in a process of its own, for the process transport's tests.
import { serve } from '../../src/shared/rpc/server';
import { transportToParent } from '../../src/main/transports/processTransport';
import { countingContract, createCounting } from './countingContract';

const transport = transportToParent();
transport.onClose(() => process.exit(0));
serve(countingContract, createCounting(), transport);
