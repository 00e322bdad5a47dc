function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

/** Medians over the rounds, and the ratio to the gateway's processor time in the same item. */
export function summarize(samples) {
  const groups = Map.groupBy === undefined ? groupBy(samples) : Map.groupBy(samples, keyOf);
  const rows = [...groups.values()].map((group) => ({
    item: group[0].item,
    peer: group[0].peer,
    cpuPerRequest: median(group.map(({ cpuPerRequest }) => cpuPerRequest)),
    requestsPerSecond: median(group.map(({ requestsPerSecond }) => requestsPerSecond)),
  }));
  const gateway = new Map(rows.filter(({ peer }) => peer === 'gateway').map((row) => [row.item, row]));
  return rows.map((row) => ({
    ...row,
    ratioToGateway: row.cpuPerRequest / gateway.get(row.item).cpuPerRequest,
  }));
}

function keyOf({ item, peer }) {
  return `${item} ${peer}`;
}

function groupBy(samples) {
  const groups = new Map();
  for (const sample of samples) groups.set(keyOf(sample), [...(groups.get(keyOf(sample)) ?? []), sample]);
  return groups;
}

export function report(results, { rounds, seconds }) {
  const lines = [
    `Medians of ${rounds} rounds of ${seconds} s, peers in turns, 10 connections. CPU: user and system time of the server's process.`,
    'The gateway authenticates, limits, costs and logs every request; the peers only answer.',
  ];
  for (const { database, rows } of results) {
    lines.push('', database, '', line('work', 'peer', 'CPU µs/request', 'requests/s', 'CPU × gateway'));
    for (const { item, peer, cpuPerRequest, requestsPerSecond, ratioToGateway } of rows) {
      lines.push(
        line(item, peer, cpuPerRequest.toFixed(0), requestsPerSecond.toFixed(0), ratioToGateway.toFixed(2)),
      );
    }
    lines.push('', ...verdicts(rows));
  }
  return lines.join('\n');
}

function line(item, peer, cpu, rate, ratio) {
  return `${item.padEnd(50)}${peer.padEnd(18)}${cpu.padStart(15)}${rate.padStart(12)}${ratio.padStart(15)}`;
}

function verdicts(rows) {
  const of = (item, peer) => rows.find((row) => row.item === item && row.peer === peer);
  const yoga = rows
    .filter(({ peer }) => peer === 'Yoga')
    .map(
      ({ item, ratioToGateway }) =>
        `${ratioToGateway > 1 ? 'faster' : 'SLOWER'} than Yoga (${ratioToGateway.toFixed(2)} ×): ${item}`,
    );
  const rest = rows
    .filter(({ item, peer }) => item.startsWith('REST') && peer === 'gateway')
    .map(({ item, cpuPerRequest }) => {
      const over = (cpuPerRequest - of(item, 'floor').cpuPerRequest) / 1000;
      return `${over <= 0.2 ? 'within' : 'OVER'} 0.2 ms above the floor (${over.toFixed(2)} ms): ${item}`;
    });
  return [...yoga, ...rest];
}
