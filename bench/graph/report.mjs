const REST_BOUND_MS = 0.2;

/** Medians over the rounds, the range of the processor time, and its ratio to the gateway's in the same item. */
export function summarize(samples) {
  const medians = Object.values(groupByItemAndPeer(samples)).map(summarizeGroup);
  const rows = medians.map((row) => ({
    ...row,
    ratioToGateway: row.cpuPerRequest / find(medians, row.item, 'gateway').cpuPerRequest,
  }));
  return { rows, verdicts: [...besideYoga(rows), ...restAboveFloor(rows)] };
}

function groupByItemAndPeer(samples) {
  const groups = {};
  for (const sample of samples) (groups[`${sample.item} ${sample.peer}`] ??= []).push(sample);
  return groups;
}

function summarizeGroup(group) {
  const cpu = group.map(({ cpuPerRequest }) => cpuPerRequest);
  return {
    item: group[0].item,
    peer: group[0].peer,
    cpuPerRequest: median(cpu),
    cpuRange: [Math.min(...cpu), Math.max(...cpu)],
    requestsPerSecond: median(group.map(({ requestsPerSecond }) => requestsPerSecond)),
  };
}

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const [low, high] = [Math.floor((sorted.length - 1) / 2), Math.ceil((sorted.length - 1) / 2)];
  return (sorted[low] + sorted[high]) / 2;
}

function find(rows, item, peer) {
  return rows.find((row) => row.item === item && row.peer === peer);
}

function besideYoga(rows) {
  return rows
    .filter(({ peer }) => peer === 'Yoga')
    .map(({ item, ratioToGateway }) => ({
      isMet: ratioToGateway > 1,
      target: 'faster than Yoga',
      item,
      figure: `${ratioToGateway.toFixed(2)} ×`,
    }));
}

function restAboveFloor(rows) {
  return rows
    .filter(({ item, peer }) => item.startsWith('REST') && peer === 'gateway')
    .map(({ item, cpuPerRequest }) => {
      const overMs = (cpuPerRequest - find(rows, item, 'floor').cpuPerRequest) / 1000;
      return {
        isMet: overMs <= REST_BOUND_MS,
        target: `at most ${REST_BOUND_MS} ms above the floor`,
        item,
        figure: `${overMs.toFixed(2)} ms`,
      };
    });
}

export function report(results, { rounds, seconds, node }) {
  const lines = [
    `Node ${node}. Medians of ${rounds} rounds of ${seconds} s, peers in turns, 10 connections.`,
    "CPU: user and system time of the server's process, the lowest and the highest round beside the median.",
    'The gateway authenticates, limits and costs every request, counts it in its metrics and logs at "warn"; the peers only answer.',
  ];
  for (const { database, rows, verdicts } of results) {
    lines.push('', database, '', ...table(rows), '');
    for (const { isMet, target, item, figure } of verdicts)
      lines.push(`${isMet ? 'met   ' : 'MISSED'}  ${target}: ${figure}, ${item}`);
  }
  return lines.join('\n');
}

function table(rows) {
  const head = line('work', 'peer', 'CPU µs/request', 'lowest–highest', 'requests/s', 'CPU × gateway');
  const body = rows.map(({ item, peer, cpuPerRequest, cpuRange, requestsPerSecond, ratioToGateway }) =>
    line(
      item,
      peer,
      cpuPerRequest.toFixed(0),
      cpuRange.map((cpu) => cpu.toFixed(0)).join('–'),
      requestsPerSecond.toFixed(0),
      ratioToGateway.toFixed(2),
    ),
  );
  return [head, ...body];
}

function line(item, peer, ...figures) {
  return `${item.padEnd(50)}${peer.padEnd(16)}${figures.map((figure) => figure.padStart(16)).join('')}`;
}
