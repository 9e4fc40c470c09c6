import { group, list, number, text, textOrNumber, type JsonSchema, type Properties } from './schema-parts.js';

/** Groups of properties that several canonical entities share. */

export const personProperties = {
  name: text('Full name; made from `first_name` and `last_name` when absent.'),
  first_name: text('Given name; made from `name` when absent.'),
  last_name: text('Family name; made from `name` when absent.'),
  email: text('E-mail address.'),
  phone: text('Phone number, as written.'),
} satisfies Properties;

export function location(description: string): JsonSchema {
  return group(description, {
    city: text('City.'),
    state: text('State, county or region.'),
    country: text('Country.'),
    country_short: text('Country code, two letters as a rule.'),
    city_id: text("The city's id at the ATS."),
    full_name: text('City, region and country in one line.'),
    lat: textOrNumber('Latitude in degrees.'),
    lng: textOrNumber('Longitude in degrees.'),
  });
}

export function salary(description: string): JsonSchema {
  return group(description, {
    type: text('What kind of pay, e.g. `fixed` or `range`.'),
    period: text('What it is paid for, e.g. `year` or `hour`.'),
    start: textOrNumber('Lower end.'),
    end: textOrNumber('Upper end.'),
    currency: text('ISO 4217 code.'),
    details: text('Anything else about the pay.'),
  });
}

/** A form's shape is the vendor's own: one question or a list of them. */
export function questionsForm(description: string): JsonSchema {
  return { type: ['object', 'array', 'null'], description };
}

export function files(description: string): JsonSchema {
  return list(
    description,
    group('One file.', {
      name: text('File name.'),
      url: text('Where to fetch it. A signed address is a credential: it leaves only when asked for.'),
      type: text('What it is, e.g. `cv`.'),
    }),
  );
}

export function labels(description: string): JsonSchema {
  return list(description, group('One label.', { id: text('Its id at the ATS.'), name: text('Its name.') }));
}

export const scores = group('Ratings of the application.', {
  total: number('Over all.'),
  ai: number('By an automatic assessment.'),
  interview: number('From interviews.'),
  questions: number('From the answers to the questions.'),
});
