const FASTER_THAN_SQL = 50;
const JUDGED_SIZE = 5_000_000;
const GROWTH = 1.3;
const [GROWN_FROM, GROWN_TO] = [1_000_000, 20_000_000];
const POST_HOC_MS = 100;
const LOOP_MS = 20;
/** What docs/analytics.md says of the sketch. */
const RANK_ERROR = 1.5e-3;

const millions = (size) => `${size / 1e6} million`;

/** @param results of each size, `{ size, rankError, rows: [{ work, peer, isGateway, median, p95, runs }] }`. */
export function report(results, postHoc) {
  return [
    ...results.flatMap(tableOf),
    ...postHoc.flatMap(postHocTable),
    '',
    ...[
      ...besidePeers(results),
      ...growth(results),
      ...results.map(rankVerdict),
      ...postHoc.flatMap(postHocVerdicts),
    ].map(({ isMet, text }) => `${isMet ? 'met   ' : 'MISSED'}  ${text}`),
  ].join('\n');
}

function tableOf({ size, rows }) {
  const lines = rows.map(({ work, peer, median, p95, runs }) =>
    line(work, peer, ms(median), ms(p95), runs, (median / slowestGateway(rows, work).median).toFixed(2)),
  );
  const head = line('analysis', 'peer', 'median ms', '95 % ms', 'runs', '× gateway');
  return ['', `${millions(size)} observations`, '', head, ...lines];
}

function postHocTable({ gateway, rows }) {
  const lines = rows.map(({ name, own, others, loop }) =>
    wideLine(
      name,
      own === undefined ? '' : `${ms(own.median)} / ${ms(own.p95)}`,
      `${ms(others.median)} / ${ms(others.p95)} / ${ms(others.max)}`,
      `${ms(loop.median)} / ${ms(loop.p99)} / ${ms(loop.max)}`,
    ),
  );
  const head = wideLine(
    'post-hoc of 20 groups',
    'median / 95 % ms',
    'others: median / 95 % / max',
    'loop: p50 / p99 / max',
  );
  return [
    '',
    `${gateway}: who asks, who asks { __typename } meanwhile, the event loop's delay`,
    '',
    head,
    ...lines,
  ];
}

/** The gateway's median over the API where it is the slower one; its first database is the one that SQL is on. */
function slowestGateway(rows, work) {
  const own = rows.filter((row) => row.work === work && row.isGateway && row.isBesideSql);
  return own.reduce((slowest, row) => (row.median > slowest.median ? row : slowest));
}

function besidePeers(results) {
  const judged = results.find(({ size }) => size === JUDGED_SIZE);
  if (judged === undefined) return [];
  return judged.rows
    .filter(({ isGateway }) => !isGateway)
    .map(({ work, peer, median }) => {
      const ratio = median / slowestGateway(judged.rows, work).median;
      const least = peer === 'DuckDB' ? 1 : FASTER_THAN_SQL;
      const text = `${work} at ${millions(JUDGED_SIZE)}, at least ${least} × as fast as ${peer}: ${ratio.toFixed(1)} ×`;
      return { isMet: ratio >= least, text };
    });
}

function growth(results) {
  const [small, large] = [GROWN_FROM, GROWN_TO].map((size) => results.find((result) => result.size === size));
  if (small === undefined || large === undefined) return [];
  return small.rows
    .filter(({ isGateway }) => isGateway)
    .map(({ work, peer, median }) => {
      const grown = large.rows.find((row) => row.work === work && row.peer === peer);
      const ratio = grown.median / median;
      const text = `${work}, ${peer}, ${millions(GROWN_TO)} at most ${GROWTH} × ${millions(GROWN_FROM)}: ${ratio.toFixed(2)} ×`;
      return { isMet: ratio <= GROWTH, text };
    });
}

function rankVerdict({ size, rankError }) {
  const text = `quartiles at ${millions(size)}, in rank within ${RANK_ERROR.toExponential()}: ${rankError.toExponential(2)}`;
  return { isMet: rankError <= RANK_ERROR, text };
}

/** Longer than without anybody's post-hoc, as the event loop is late by its timer's period at rest. */
function postHocVerdicts({ gateway, rows: [rest, ...rows] }) {
  return rows.flatMap(({ name, own, loop }) => {
    const late = loop.p99 - rest.loop.p99;
    const ofTukey = {
      isMet: own.median <= POST_HOC_MS,
      text: `${name} of 20 groups, ${gateway}, at most ${POST_HOC_MS} ms: ${ms(own.median)} ms`,
    };
    const ofOthers = {
      isMet: late <= LOOP_MS,
      text: `${name}, ${gateway}, the event loop at most ${LOOP_MS} ms later than at rest (p99): ${ms(late)} ms`,
    };
    return name.startsWith('Tukey') ? [ofTukey, ofOthers] : [ofOthers];
  });
}

function ms(value) {
  return value.toFixed(value < 100 ? 2 : 0);
}

function line(first, second, ...figures) {
  return `${first.padEnd(24)}${second.padEnd(30)}${figures.map((text) => String(text).padStart(12)).join('')}`;
}

function wideLine(first, ...figures) {
  return `${first.padEnd(24)}${figures.map((text) => text.padStart(30)).join('')}`;
}
