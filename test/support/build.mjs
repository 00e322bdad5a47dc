import { execSync } from 'node:child_process';

/** The tests run the compiled gateway (compiled.cjs), which is never older than its source: what has changed is compiled. */
export default function build() {
  execSync('npm run --silent build', { cwd: import.meta.dirname, stdio: 'inherit' });
}
