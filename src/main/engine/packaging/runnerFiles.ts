// The programs that travel with every bundle, so that it runs without the app. They are real files
// under runner/, built into the app as text.
import nodeProgram from './runner/node/classify.mjs?raw';
import nodePackage from './runner/node/package.json?raw';
import pythonProgram from './runner/python/classify.py?raw';
import pythonRequirements from './runner/python/requirements.txt?raw';

/** Path in the bundle -> content. */
export const runnerFiles: Readonly<Record<string, string>> = {
  'run/python/classify.py': pythonProgram,
  'run/python/requirements.txt': pythonRequirements,
  'run/node/classify.mjs': nodeProgram,
  'run/node/package.json': nodePackage,
};
