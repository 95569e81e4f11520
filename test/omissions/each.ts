import { omissions } from './omissions.ts';
import { copySources, errorsOf, isFound, plant } from './scratch.ts';

/** Plants each omission alone: run it when one is added. `node test/omissions/each.ts [words of its name]` */
const words = process.argv.slice(2).join(' ');
const { dir, remove } = copySources();
try {
  const before = await errorsOf(dir);
  console.log(before.length === 0 ? 'compiles   without an omission' : JSON.stringify(before, undefined, 1));
  for (const omission of omissions.filter(({ what }) => what.includes(words))) {
    const restore = plant(dir, omission);
    const errors = await errorsOf(dir);
    restore();
    if (isFound(omission, errors)) console.log(`found      ${omission.what}`);
    else {
      console.log(`NOT FOUND  ${omission.what}: ${JSON.stringify(errors, undefined, 1)}`);
      process.exitCode = 1;
    }
  }
} finally {
  remove();
}
