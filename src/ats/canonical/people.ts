import { files, location, personProperties } from './common-parts.js';
import { group, list, text, time, type EntityDefinition } from './schema-parts.js';

/** The canonical people and companies: candidates, users of an ATS, employers, employees. */

export const candidate: EntityDefinition = {
  name: 'candidate',
  description: 'A person who applies or may apply.',
  properties: {
    ...personProperties,
    profile: text('Profile or summary in the words of the candidate.'),
    headline: text('Current job title or one-line description.'),
    location: location('Where the person lives.'),
    tags: list('Tags given by recruiters.', { type: 'string', description: 'One tag.' }),
    files: files('CV and other files of the person.'),
    merged_ids: list('Ids of candidates that were merged into this one.', { type: 'string', description: 'One id.' }),
    created_at: time('When the person became known.'),
    updated_at: time('When the profile last changed.'),
  },
};

export const user: EntityDefinition = {
  name: 'user',
  description: 'Someone who works with the ATS: a recruiter, a hiring manager, an administrator.',
  properties: {
    ...personProperties,
    role: text('Role in the ATS.'),
    status: text("The vendor's own word, e.g. `active`."),
    job_title: text('Job title.'),
    department: text('Department.'),
    created_at: time('When the user was added.'),
    updated_at: time('When the user last changed.'),
    deactivated_at: time('When the user lost access.'),
  },
};

export const employer: EntityDefinition = {
  name: 'employer',
  description: 'A company that hires through the ATS.',
  properties: {
    name: text('Name of the company.'),
    email: text('Contact e-mail address.'),
    phone: text('Contact phone number.'),
    website: text('Web address.'),
    description: text('About the company.'),
    industry: text('Industry.'),
    logo: text('Address of the logo.'),
    location: location('Where the company sits.'),
    created_at: time('When the company registered.'),
    updated_at: time('When its profile last changed.'),
  },
};

export const employee: EntityDefinition = {
  name: 'employee',
  description: 'Someone employed, as an HR system knows them.',
  properties: {
    ...personProperties,
    employee_number: text('Number on the payroll.'),
    job_title: text('Job title.'),
    department: text('Department.'),
    location: location('Where the person works.'),
    contract: text('Kind of contract.'),
    status: text("The vendor's own word, e.g. `active`."),
    manager: group('Whom the person reports to.', { id: text('Id of the employee.'), ...personProperties }),
    starts_at: time('First working day.'),
    ends_at: time('Last working day.'),
    created_at: time('When the record was created.'),
    updated_at: time('When the record last changed.'),
  },
};
