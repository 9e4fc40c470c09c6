/** Ends servers that tests started when the test run itself is killed and can't. */
import { spawn } from 'node:child_process';

/**
 * Runs a shell script, with its arguments as $1, $2 …, once this process has died. The returned function calls that off.
 * The shell waits on a pipe from this process, which the system closes however the process ends.
 */
export function endWithThisProcess(script: string, ...args: string[]): () => void {
  const watchdog = spawn('sh', ['-c', `read -r _ || { ${script}; }`, 'watchdog', ...args], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  watchdog.unref();
  watchdog.stdin.on('error', () => undefined);
  return () => watchdog.stdin.end('called off\n');
}
