import type { ApolloServerPlugin } from '@apollo/server';
import { ApolloServerPluginLandingPageLocalDefault } from '@apollo/server/plugin/landingPage/default';

/**
 * Apollo Sandbox for browsers that open `/graphql`. Telemetry off: whose data this is decides who hears of it.
 */
export function landingPage(): ApolloServerPlugin {
  return ApolloServerPluginLandingPageLocalDefault({ embed: { runTelemetry: false }, includeCookies: false });
}

/**
 * The page itself carries, in a meta element, a policy with a fresh nonce that names Apollo's hosts for scripts,
 * styles, images and frames. This header adds what a meta element cannot or that one does not say; it must not name
 * script or style sources, since both policies apply and the stricter one would stop the Sandbox.
 */
export const LANDING_PAGE_CSP =
  "frame-ancestors 'none'; base-uri 'none'; form-action 'none'; object-src 'none'";
