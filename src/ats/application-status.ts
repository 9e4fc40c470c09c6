import { isJsonObject, type JsonObject } from '../common/json.js';

const STATE_OF_TYPE: Readonly<Record<string, string>> = {
  'application.rejected': 'rejected',
  'application.withdrawn': 'withdrawn',
  'application.hired': 'hired',
};

/**
 * Data whose application has a `status`, for dialects that have that one field only: the vendor's word, else the
 * canonical state, else the state that the event's type itself states. A rejection that goes out as a mere status
 * change must not lose its point.
 */
export function applicationWithStatus(type: string, data: JsonObject): JsonObject {
  const { application } = data;
  if (!isJsonObject(application)) return data;
  const status = application.status ?? application.state ?? STATE_OF_TYPE[type];
  return status === undefined ? data : { ...data, application: { ...application, status } };
}
