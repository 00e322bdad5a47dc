import { describe, expect, it } from '@jest/globals';
import { RENYI_ORDERS_VERSION, renyiOrders } from '../../../../src/numerics/dp/index.js';
import { commonOrders } from './reference.js';

describe('the Rényi orders', () => {
  it('of the present version rise from 1.02 to 4096', () => {
    const orders = renyiOrders(RENYI_ORDERS_VERSION);
    expect(orders).toHaveLength(167);
    expect(orders[0]).toBe(1.02);
    expect(orders.at(-1)).toBe(4_096);
    expect(orders).toEqual([...new Set(orders)].sort((a, b) => a - b));
  });

  it('are the doubles nearest to their decimals', () => {
    for (const order of renyiOrders(1)) expect(order).toBe(Number(order.toFixed(2)));
  });

  it('include the common default', () => {
    expect(renyiOrders(1)).toEqual(expect.arrayContaining([...commonOrders]));
  });

  it.each([0, 2, 1.5, Number.NaN])('of version %s do not exist', (version) => {
    expect(() => renyiOrders(version)).toThrow(RangeError);
  });
});
