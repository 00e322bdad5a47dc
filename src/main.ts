import { startApp } from './app.js';
import { createDemoData, isEmpty } from './cli/demo-data.js';
import { demoText } from './cli/demo-text.js';
import { ConfigError, loadConfig } from './config.js';

const DRAIN_LIMIT_MS = 20_000;

async function main(): Promise<void> {
  const config = loadConfig();
  const app = await startApp(config);
  // Before the first line: whoever waits for it may end the process at once.
  stopOnSignals(() => app.close());
  console.log(
    `Federation Gateway serves at ${app.url}: /graphql, /api/v1, /openapi.json, /healthz, /readyz, /metrics`,
  );
  if (config.demoData && (await isEmpty(app.core)))
    console.log(`\n${demoText(await createDemoData(app.core), app.url)}\n`);
}

/** A second signal, or 20 seconds, end the process at once. */
function stopOnSignals(close: () => Promise<void>): void {
  let isStopping = false;
  const stop = () => {
    if (isStopping) process.exit(1);
    isStopping = true;
    setTimeout(() => process.exit(1), DRAIN_LIMIT_MS).unref();
    close().then(
      () => process.exit(0),
      (error: unknown) => {
        console.error('could not stop in order:', error);
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

main().catch((error: unknown) => {
  console.error(error instanceof ConfigError ? error.message : error);
  process.exit(1);
});
