import pg from 'pg';

const COPY_DATA = 'd'.charCodeAt(0);
const COPY_DONE = Buffer.from(['c'.charCodeAt(0), 0, 0, 0, 4]);
const LENGTH_BYTES = 4;

/**
 * `COPY … FROM STDIN` with all of its rows at hand. They go out behind the statement: PostgreSQL ignores them should it refuse that, so
 * there is no need to wait for its consent ("Frontend/Backend Protocol", "COPY Operations"). A `Query` of the
 * very `pg` that the pool uses, since that pipelines nothing else.
 */
export class CopyIn extends pg.Query {
  constructor(
    private readonly statement: string,
    private readonly encoded: Buffer,
    callback: (error: Error | null | undefined) => void,
  ) {
    super(statement, callback);
  }

  override submit = (connection: pg.Connection): null => {
    const { stream } = connection;
    const head = Buffer.alloc(1 + LENGTH_BYTES);
    head[0] = COPY_DATA;
    head.writeUInt32BE(this.encoded.length + LENGTH_BYTES, 1);
    stream.cork();
    connection.query(this.statement);
    stream.write(head);
    stream.write(this.encoded);
    stream.write(COPY_DONE);
    stream.uncork();
    return null;
  };

  /** `pg` asks for rows when PostgreSQL is ready to take them: they are on their way. */
  handleCopyInResponse(): void {
    return;
  }
}
