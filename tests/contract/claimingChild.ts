// A process that claims the folder of its first argument, says so, and keeps it until it is killed.
import { claimFolder } from '../../src/main/folderClaim';

const [folder = ''] = process.argv.slice(2);
const claim = await claimFolder(folder, 'browser');
process.send?.(claim.isOurs);
setInterval(() => undefined, 1_000); // a claim alone keeps no process alive
