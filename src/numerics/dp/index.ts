export { epsilonFromRdp, roundDown, roundEpsilonUp, type EpsilonFromRdp } from './epsilon.js';
export { RENYI_ORDERS_VERSION, renyiOrders } from './orders.js';
export { tightEpsilon } from './pld.js';
export { type SubsampledGaussianRound } from './round.js';
export { rdpOfSubsampledGaussian, rdpVector } from './subsampled-gaussian-rdp.js';
