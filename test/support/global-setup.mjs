/** Jest loads its global set-up with Node's own import, outside of its transforms. */
import './register-typescript.mjs';

const { startTestServers } = await import('./test-servers.ts');

export default startTestServers;
