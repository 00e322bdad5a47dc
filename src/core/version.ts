import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** The version in the package.json above this file, wherever the build puts it. */
export function packageVersion(folder = __dirname): string {
  const file = path.join(folder, 'package.json');
  if (!existsSync(file)) {
    const parent = path.dirname(folder);
    if (parent === folder) throw new Error('there is no package.json');
    return packageVersion(parent);
  }
  const manifest: unknown = JSON.parse(readFileSync(file, 'utf8'));
  if (typeof manifest === 'object' && manifest !== null && 'version' in manifest)
    return String(manifest.version);
  throw new Error(`${file} has no version`);
}
