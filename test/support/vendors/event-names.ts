/**
 * What each vendor calls an event, written apart from the code: as the vendors' documents and the hub's decisions have
 * it. `>` stands before a name under which the type only goes out, `<` before one that only comes in.
 */
const COLUMNS = ['autotechjobs', 'jobaffinity', 'hatchbeacon', 'resthooks', 'occupop', 'greenhouse'];
const ROWS = `
job.created               | job.created                 |                    | job_created                 |                  | JobResource_created               | job_created
job.published             | >job.updated                |                    | >job_updated                |                  | >JobResource_created              | >job_updated
job.updated               | job.updated                 |                    | job_updated                 |                  | JobResource_updated               | job_updated
job.closed                | >job.expired                |                    | job_closed                  |                  | >JobResource_updated              | >job_updated
job.expired               | job.expired                 |                    | >job_closed                 |                  | >JobResource_updated              | >job_updated
job.deleted               | job.deleted                 |                    | >job_closed                 |                  |                                   | job_deleted
application.submitted     | application.submitted       |                    | job_application_created     |                  | CandidateResource_created         | new_candidate_application
application.updated       |                             |                    | job_application_updated     |                  | CandidateResource_updated         | application_updated
application.stage_changed | application.status_updated  | ProcessStepChange  | application_status_changed  |                  | CandidateResource_status_updated  | candidate_stage_change <unhire_candidate <unreject_candidate
application.rejected      | >application.status_updated | >ProcessStepChange | >application_status_changed |                  | >CandidateResource_status_updated | reject_candidate
application.withdrawn     | application.withdrawn       | >ProcessStepChange | >application_status_changed |                  | >CandidateResource_status_updated | >reject_candidate
application.hired         | >application.status_updated | >ProcessStepChange | candidate_hired             |                  | >CandidateResource_status_updated | hire_candidate
candidate.created         | candidate.registered        |                    |                             |                  |                                   | new_prospect_application
candidate.updated         | candidate.profile_updated   |                    |                             |                  |                                   | update_candidate
candidate.merged          |                             |                    |                             |                  |                                   | merge_candidate
candidate.deleted         |                             |                    |                             |                  |                                   | delete_candidate
candidate.anonymized      |                             |                    |                             |                  |                                   | candidate_anonymized
employer.created          | employer.registered         |                    |                             |                  |                                   |
employer.updated          | employer.profile_updated    |                    |                             |                  |                                   |
interview.scheduled       |                             |                    | interview_scheduled         |                  |                                   |
interview.cancelled       |                             |                    |                             |                  |                                   | interview_deleted
interview.completed       |                             |                    | interview_completed         |                  |                                   |
offer.created             |                             |                    |                             |                  |                                   | offer_created
offer.sent                |                             |                    | offer_sent                  |                  |                                   | >offer_updated
offer.accepted            |                             |                    | offer_accepted              |                  |                                   | >offer_updated
offer.declined            |                             |                    | offer_rejected              |                  |                                   | >offer_updated
offer.expired             |                             |                    |                             |                  |                                   | >offer_updated
offer.withdrawn           |                             |                    |                             |                  |                                   | >offer_updated
referral.created          |                             |                    | referral_created            |                  |                                   |
note.created              |                             |                    | note_added                  |                  |                                   |
user.created              |                             |                    | user_created                |                  |                                   |
user.updated              |                             |                    | user_updated                |                  |                                   |
employee.created          |                             |                    |                             | Employee_Created |                                   |
employee.updated          |                             |                    |                             | Employee_Updated |                                   |
employee.deleted          |                             |                    |                             | Employee_Deleted |                                   |
`;

interface Row {
  readonly type: string;
  readonly dialect: string;
  readonly name: string;
  readonly direction: 'both' | 'out' | 'in';
}

const NAMES: readonly Row[] = ROWS.trim()
  .split('\n')
  .flatMap((line) => {
    const [type = '', ...cells] = line.split('|').map((cell) => cell.trim());
    return cells.flatMap((cell, column) => {
      const words = cell.split(' ').filter((word) => word !== '');
      return words.map((word) => toRow(type, COLUMNS[column] ?? '', word));
    });
  });

function toRow(type: string, dialect: string, word: string): Row {
  const direction = word.startsWith('>') ? 'out' : word.startsWith('<') ? 'in' : 'both';
  const bare = word.replace(/^[<>]/, '');
  return { type, dialect, direction, name: dialect === 'resthooks' ? bare.replace('_', ' ') : bare };
}

/** What a vendor's event is to the hub, unless its data tell more. */
export function typeOfName(dialect: string, name: string): string {
  if (dialect === 'standard') return name;
  const row = NAMES.find((one) => one.dialect === dialect && one.name === name && one.direction !== 'out');
  return row?.type ?? `custom.${dialect}.${name}`;
}

/** What an event that came from elsewhere is called; `null`: the dialect cannot say it. */
export function nameOfType(dialect: string, type: string): string | null {
  if (dialect === 'standard') return type;
  const row = NAMES.find((one) => one.dialect === dialect && one.type === type && one.direction !== 'in');
  return row?.name ?? null;
}
