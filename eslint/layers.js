// Who may import whom. The same table stands in ARCHITECTURE.md (a test compares the two).
// A folder may always import itself; the longest matching folder decides.
import path from 'node:path';

export const layers = {
  'src/shared': [],
  'src/main/engine/onnx': ['src/shared'],
  'src/main/engine/runtime': ['src/shared', 'src/main/engine/onnx', 'src/main/engine/weights'],
  'src/main/engine/autodiff': ['src/shared', 'src/main/engine/onnx'],
  'src/main/engine/optimizer': ['src/shared', 'src/main/engine/onnx'],
  'src/main/engine/weights': ['src/shared', 'src/main/engine/onnx'],
  'src/main/engine/tokenization': ['src/shared'],
  'src/main/engine/encoders': [
    'src/shared',
    'src/main/engine/onnx',
    'src/main/engine/weights',
    'src/main/engine/tokenization',
  ],
  'src/main/engine/entailment': [
    'src/shared',
    'src/main/engine/onnx',
    'src/main/engine/encoders',
    'src/main/engine/tokenization',
  ],
  'src/main/engine/experts': ['src/shared'],
  'src/main/engine/evaluation': [
    'src/shared',
    'src/main/engine/onnx',
    'src/main/engine/runtime',
    'src/main/engine/weights',
    'src/main/engine/tokenization',
    'src/main/engine/encoders',
    'src/main/engine/entailment',
    'src/main/engine/experts',
  ],
  'src/main/engine/training': [
    'src/shared',
    'src/main/engine/onnx',
    'src/main/engine/autodiff',
    'src/main/engine/optimizer',
    'src/main/engine/runtime',
    'src/main/engine/weights',
    'src/main/engine/tokenization',
    'src/main/engine/encoders',
    'src/main/engine/entailment',
    'src/main/engine/experts',
    'src/main/engine/evaluation',
  ],
  'src/main/engine/teaching': [
    'src/shared',
    'src/main/engine/onnx',
    'src/main/engine/autodiff',
    'src/main/engine/optimizer',
    'src/main/engine/runtime',
    'src/main/engine/weights',
    'src/main/engine/tokenization',
    'src/main/engine/encoders',
    'src/main/engine/entailment',
    'src/main/engine/experts',
    'src/main/engine/evaluation',
    'src/main/engine/training',
  ],
  'src/main/engine/packaging': [
    'src/shared',
    'src/main/engine/onnx',
    'src/main/engine/runtime',
    'src/main/engine/weights',
    'src/main/engine/tokenization',
    'src/main/engine/encoders',
    'src/main/engine/entailment',
    'src/main/engine/experts',
    'src/main/engine/evaluation',
  ],
  'src/main/engine': ['src/shared', 'src/main/engine/*', 'src/main/transports'],
  'src/main/transports': ['src/shared'],
  'src/main': ['src/shared', 'src/main/transports'],
  'src/preload': ['src/shared'],
  'src/renderer/src/ui': [],
  'src/renderer/src/data': ['src/shared'],
  'src/renderer/src/features': [
    'src/shared',
    'src/renderer/src/data',
    'src/renderer/src/ui',
    'src/renderer/src',
  ],
  'src/renderer/src': [
    'src/shared',
    'src/renderer/src/data',
    'src/renderer/src/ui',
    'src/renderer/src/features',
  ],
};

/** Packages that only these files may import: each outside thing hides behind one folder or file. */
export const owners = {
  'onnxruntime-node': ['src/main/engine/runtime/onnxruntime.ts'],
  tokenizers: ['src/main/engine/tokenization'],
  electron: [
    'src/main/index.ts',
    'src/main/window.ts',
    'src/main/electronHost.ts',
    'src/main/pageProtocol.ts',
    'src/main/transports/ipcTransport.ts',
    'src/preload',
  ],
  ws: ['src/main/transports/webSocketTransport.ts'],
  dexie: ['src/renderer/src/data'],
  papaparse: ['src/shared/tables'],
  chardet: ['src/shared/tables'],
  'read-excel-file': ['src/shared/tables'],
  'write-excel-file': ['src/shared/tables'],
  fflate: ['src/main/engine/packaging'],
};

const folders = Object.keys(layers).sort((a, b) => b.length - a.length);
const layerOf = (file) =>
  folders.find((folder) => file === folder || file.startsWith(`${folder}/`));
const matches = (layer, allowed) =>
  allowed.some((a) => a === layer || (a.endsWith('/*') && layer.startsWith(a.slice(0, -1))));

/** Each feature is an island: `features/x` may not import `features/y`. */
const featureOf = (file) => /^src\/renderer\/src\/features\/([^/]+)\//.exec(file)?.[1];

export const layersRule = {
  meta: { type: 'problem', schema: [], messages: { crossed: '{{from}} may not import {{to}}.' } },
  create(context) {
    const file = path.relative(context.cwd, context.filename).split(path.sep).join('/');
    const from = layerOf(file);
    const isTest = /\.test\.ts$/.test(file);
    if (!from) return {};
    const visit = (node) => {
      const source = node.source?.value;
      if (typeof source !== 'string') return;
      const report = (to) =>
        context.report({ node, messageId: 'crossed', data: { from: file, to } });
      if (!source.startsWith('.')) {
        const name = source.split('/')[0];
        const allowed = owners[name];
        if (allowed && !isTest && !allowed.some((a) => file === a || file.startsWith(`${a}/`)))
          report(source);
        return;
      }
      const target = path.posix.normalize(path.posix.join(path.posix.dirname(file), source));
      const to = layerOf(target);
      const crossesFeature =
        featureOf(file) && featureOf(target) && featureOf(file) !== featureOf(target);
      // A test may drive its subject with any real thing of the engine.
      const allowed = isTest ? [...layers[from], 'src/main/engine/*', 'src/shared'] : layers[from];
      if (crossesFeature || (to && to !== from && !matches(to, allowed))) report(target);
    };
    return {
      ImportDeclaration: visit,
      ExportNamedDeclaration: visit,
      ExportAllDeclaration: visit,
      ImportExpression: visit,
    };
  },
};
