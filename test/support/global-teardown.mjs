/** The module is the one that the global set-up has loaded, with what it started. */
const { stopTestServers } = await import('./test-servers.ts');

export default stopTestServers;
