import { temporaryFolder } from '../../store/temporary-folder.ts';
import { describeWorkKills } from './work-kill-suite.ts';

describeWorkKills('SQLite', {
  items: 400,
  many: false,
  open: () => {
    const folder = temporaryFolder();
    return {
      settings: { dataFolder: folder.path },
      dispose: () => {
        folder.remove();
      },
    };
  },
});
