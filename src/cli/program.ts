import { Command, InvalidArgumentError, Option } from 'commander';
import type { ImportOptions } from './import.command.js';
import type { CreateKeyOptions } from './key.commands.js';
import { print } from './output.js';
import type { RebuildSummariesOptions } from './rebuild-summaries.command.js';

const EXAMPLES = `
Examples:
  $ npm run -s gateway -- migrate
  $ npm run -s gateway -- org create hospital-east --name "Hospital East"
  $ npm run -s gateway -- key create --org hospital-east --name dashboard --scope federations:read
  $ npm run -s gateway -- key list --org hospital-east --json
  $ npm run -s gateway -- import ward.ndjson --federation fed_0mi3x2n4c9f6h3u0 --key $KEY
  $ npm run -s gateway -- verify

Configuration comes from the same environment variables as the gateway's (DATABASE_URL, API_KEY_PEPPER, …).`;

/**
 * The command line. Every command takes --json and answers then with one JSON value on standard output. Each is loaded
 * when it runs: `import` and `--help` need nothing of the gateway and start in a fifth of the time.
 */
export function createProgram(): Command {
  const program = new Command('gateway')
    .description('Operates a Federation Gateway: its schema, its organizations, its keys.')
    .addHelpText('after', EXAMPLES)
    .showHelpAfterError('(gateway --help shows examples)')
    .exitOverride();

  withJson(program.command('migrate').description('bring the database schema up to date'))
    .option('--down', 'undo the last migration instead')
    .addHelpText('after', '\nExample:\n  $ npm run -s gateway -- migrate --json')
    .action(async (options: { down?: true; json?: true }) => {
      const { migrate } = await import('./migrate.command.js');
      print(await migrate(options.down === true ? 'down' : 'up'), options);
    });

  addOrganizationCommands(program);
  addKeyCommands(program);
  addImportCommand(program);

  addRecordCommands(program);

  withJson(program.command('demo').description('(re)create the demo data; never in production'))
    .addHelpText('after', '\nExample:\n  $ npm run -s gateway -- demo')
    .action(async (options: { json?: true }) => {
      const { demo } = await import('./demo.command.js');
      print(await demo(), options);
    });
  return program;
}

function withJson(command: Command): Command {
  // Subcommands do not inherit it.
  return command.option('--json', 'answer in JSON').exitOverride();
}

function addOrganizationCommands(program: Command): void {
  const org = program.command('org').description('organizations').exitOverride();
  withJson(org.command('create <id>').description('register an organization, or complete an invited one'))
    .requiredOption('--name <name>', 'display name')
    .addHelpText(
      'after',
      '\nExample:\n  $ npm run -s gateway -- org create hospital-east --name "Hospital East"',
    )
    .action(async (id: string, options: { name: string; json?: true }) => {
      const { createOrganization } = await import('./org.commands.js');
      print(await createOrganization(id, options.name), options);
    });
  withJson(org.command('list').description('list all organizations'))
    .addHelpText('after', '\nExample:\n  $ npm run -s gateway -- org list')
    .action(async (options: { json?: true }) => {
      const { listOrganizations } = await import('./org.commands.js');
      print(await listOrganizations(), options);
    });
}

function addRecordCommands(program: Command): void {
  withJson(
    program
      .command('verify')
      .description(
        'recompute every ledger and every summary from the record and report differences; exit 1 if there are any',
      ),
  )
    .addHelpText('after', '\nExample:\n  $ npm run -s gateway -- verify')
    .action(async (options: { json?: true }) => {
      const { verify } = await import('./verify.command.js');
      const answer = await verify();
      print(answer, options);
      if (!answer.ok) process.exitCode = 1;
    });
  withJson(
    program
      .command('rebuild-summaries')
      .description(
        'make the summaries of observations anew from the record, while the gateway serves; goes on where it was ended',
      ),
  )
    .option('--federation <id>', 'only those of one federation')
    .option('--restart', 'begin with every member, also where an earlier run was ended before its end')
    .addHelpText('after', '\nExample:\n  $ npm run -s gateway -- rebuild-summaries')
    .action(async (options: RebuildSummariesOptions & { json?: true }) => {
      const { rebuildSummaries } = await import('./rebuild-summaries.command.js');
      print(await rebuildSummaries(options), options);
    });
}

function addKeyCommands(program: Command): void {
  const key = program.command('key').description('API keys').exitOverride();
  withJson(key.command('create').description('make a key and print its secret, once'))
    .requiredOption('--org <id>', 'the organization that it acts for')
    .requiredOption('--name <name>', 'what people call it')
    .option(
      '--scope <scope>',
      'a scope; may be given again (default: federations:admin and ingest:write)',
      collect,
    )
    .option('--operator', 'an operator key: it may act for every organization')
    .option('--federation <id>', 'bind the key to one federation')
    .option('--expires-in-days <n>', 'days until it stops working', parseInteger)
    .addHelpText(
      'after',
      '\nExample:\n  $ npm run -s gateway -- key create --org hospital-east --name ci --scope federations:read --json',
    )
    .action(async (options: CreateKeyOptions & { json?: true }) => {
      const { createKey } = await import('./key.commands.js');
      print(await createKey(options), options);
    });
  withJson(key.command('list').description('list the keys of an organization, without secrets'))
    .requiredOption('--org <id>', 'the organization')
    .addHelpText('after', '\nExample:\n  $ npm run -s gateway -- key list --org hospital-east')
    .action(async (options: { org: string; json?: true }) => {
      const { listKeys } = await import('./key.commands.js');
      print(await listKeys(options.org), options);
    });
  withJson(key.command('revoke <id>').description('end a key, within five seconds everywhere'))
    .addHelpText('after', '\nExample:\n  $ npm run -s gateway -- key revoke key_0mi3x2n4c9f6h3u0y7s4g')
    .action(async (id: string, options: { json?: true }) => {
      const { revokeKey } = await import('./key.commands.js');
      print(await revokeKey(id), options);
    });
}

const IMPORT_EXAMPLES = `
Examples:
  $ npm run -s gateway -- import ward.ndjson.gz --federation fed_0mi3x2n4c9f6h3u0 --key $KEY
  $ npm run -s gateway -- import ward.csv --federation fed_0mi3x2n4c9f6h3u0 --key $KEY \\
      --time-column measured --metric 'Heart rate=heart_rate' --metric spo2 --attribute rhythm`;

function addImportCommand(program: Command): void {
  const command = withJson(
    program
      .command('import <file>')
      .description(
        'send observations to a running gateway: NDJSON or CSV with a header, plain or gzip (.gz); - is standard input; exit 1 if a line is refused',
      ),
  )
    .requiredOption('--federation <id>', 'the federation')
    .requiredOption('--key <key>', 'an API key of the member that they are of')
    .option('--url <gateway>', 'where the gateway is', 'http://127.0.0.1:4000')
    .option('--batch-id <id>', 'go on with this batch (default: a new one, told at the start)')
    .option('--retries <n>', 'attempts in a row that get no farther, before it gives up', parseInteger, 8)
    .addOption(
      new Option('--format <format>', 'of the file (default: csv for .csv and .csv.gz, else ndjson)').choices(
        ['csv', 'ndjson'],
      ),
    );
  addColumnOptions(command)
    .addHelpText('after', IMPORT_EXAMPLES)
    .action(async (file: string, options: ImportOptions & { json?: true }) => {
      const { importObservations } = await import('./import.command.js');
      const answer = await importObservations(file, options, process.argv.slice(2));
      print(answer, options);
      if (!answer.ok) process.exitCode = 1;
    });
}

function addColumnOptions(command: Command): Command {
  return command
    .option('--time-column <column>', 'CSV: when it was measured (default: recorded_at)')
    .option('--group-column <column>', 'CSV: the device group (default: device_group)')
    .option('--device-column <column>', 'CSV: the device (default: device_id, if there is one)')
    .option(
      '--platform-column <column>',
      "CSV: the device's platform (default: device_platform, if there is one)",
    )
    .option('--metric <column[=name]>', 'CSV: a column of numbers; may be given again', collect)
    .option('--attribute <column[=name]>', 'CSV: a column of texts; may be given again', collect)
    .option('--delimiter <character>', 'CSV: what is between two cells, or tab (default: ,)', parseDelimiter);
}

function collect(value: string, previous: readonly string[] = []): readonly string[] {
  return [...previous, value];
}

function parseInteger(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('it must be a whole number');
  return Number(text);
}

function parseDelimiter(text: string): string {
  const delimiter = text === 'tab' || text === '\\t' ? '\t' : text;
  if (Array.from(delimiter).length === 1 && !['"', '\n', '\r'].includes(delimiter)) return delimiter;
  throw new InvalidArgumentError('it must be one character, or tab');
}
